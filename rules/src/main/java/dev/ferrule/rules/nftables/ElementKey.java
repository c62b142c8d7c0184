// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.nftables;

import org.jspecify.annotations.Nullable;

/**
 * The key of a set element as on the wire, or in an interval set the first and last key of a range.
 *
 * @param last the last key that belongs to the range; null for a single key, also when the range
 *     was given with both ends equal: the kernel does not tell these apart
 */
public record ElementKey(Bytes first, @Nullable Bytes last) implements Comparable<ElementKey> {

  public ElementKey {
    if (last != null && (last.length() != first.length() || first.compareTo(last) > 0)) {
      throw new IllegalArgumentException("a range from " + first + " to " + last);
    }
    if (last != null && last.equals(first)) {
      last = null;
    }
  }

  public static ElementKey single(Bytes key) {
    return new ElementKey(key, null);
  }

  /** The end of the range: the key itself if it is a single one. */
  public Bytes end() {
    return last == null ? first : last;
  }

  @Override
  public int compareTo(ElementKey other) {
    int byFirst = first.compareTo(other.first);
    return byFirst != 0 ? byFirst : end().compareTo(other.end());
  }
}
