// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.nftables;

import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Ranges as interval sets take them: the kernel refuses elements that overlap. */
final class Ranges {

  private Ranges() {}

  /** The ranges that no other range contains, sorted. */
  static List<Cidr> withoutNested(Collection<Cidr> ranges) {
    List<Cidr> kept = new ArrayList<>();
    for (Cidr range : ranges.stream().sorted().distinct().toList()) {
      // Sorted by address, then the wider first: only the last one kept can contain this one.
      if (kept.isEmpty() || !contains(kept.get(kept.size() - 1), range)) {
        kept.add(range);
      }
    }
    return kept;
  }

  private static boolean contains(Cidr outer, Cidr inner) {
    return outer.prefix() <= inner.prefix() && outer.contains(inner.address());
  }

  /** The same addresses as ranges that neither overlap nor touch, sorted. */
  static List<ElementKey> merged(Collection<Cidr> ranges) {
    List<ElementKey> merged = new ArrayList<>();
    IpAddress first = null;
    IpAddress last = null;
    for (Cidr range : withoutNested(ranges)) {
      if (first != null && last != null && last.next().equals(range.address())) {
        last = range.last();
        continue;
      }
      if (first != null && last != null) {
        merged.add(new ElementKey(Wire.address(first), Wire.address(last)));
      }
      first = range.address();
      last = range.last();
    }
    if (first != null && last != null) {
      merged.add(new ElementKey(Wire.address(first), Wire.address(last)));
    }
    return merged;
  }
}
