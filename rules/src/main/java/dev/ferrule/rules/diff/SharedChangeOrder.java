// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.diff;

import java.util.Comparator;

/**
 * A fixed order for changes of shared objects, so that equal inputs give equal transactions: sets,
 * then chains, then elements, each by name.
 */
enum SharedChangeOrder implements Comparator<Change> {
  INSTANCE;

  private static final Comparator<Change> ORDER =
      Comparator.comparingInt(SharedChangeOrder::rank).thenComparing(SharedChangeOrder::name);

  @Override
  public int compare(Change one, Change other) {
    return ORDER.compare(one, other);
  }

  private static int rank(Change change) {
    if (change instanceof Change.SetAdded || change instanceof Change.SetRemoved) {
      return 0;
    }
    return change instanceof Change.ElementChanged ? 2 : 1;
  }

  private static String name(Change change) {
    if (change instanceof Change.SetAdded set) {
      return set.declaration().name();
    } else if (change instanceof Change.SetRemoved set) {
      return set.declaration().name();
    } else if (change instanceof Change.ChainAdded chain) {
      return chain.chain().name();
    } else if (change instanceof Change.ChainRemoved chain) {
      return chain.chain().name();
    } else if (change instanceof Change.ElementChanged element) {
      return element.declaration().name() + " " + element.element().key().first();
    }
    throw new IllegalStateException("not a change of a shared object: " + change);
  }
}
