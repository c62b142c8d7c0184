// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.nftables;

import dev.ferrule.rules.model.IpFamily;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything in one table, as we want it or as the kernel has it. Elements of dynamic maps are left
 * out: packets put them there.
 */
public record TableState(
    IpFamily family, SortedMap<String, SetState> sets, SortedMap<String, Chain> chains) {

  /** The name of our table in both families. */
  public static final String NAME = "ferrule";

  public TableState {
    sets = Collections.unmodifiableSortedMap(new TreeMap<>(sets));
    chains = Collections.unmodifiableSortedMap(new TreeMap<>(chains));
  }

  /**
   * A set with its elements.
   *
   * @param elements not copied, since there may be 100,000 of them: the caller hands them over
   */
  public record SetState(SetDeclaration declaration, Map<ElementKey, Element> elements) {

    public SetState {
      elements = Collections.unmodifiableMap(elements);
    }
  }
}
