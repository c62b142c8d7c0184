// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.trace;

import dev.ferrule.rules.nftables.Chain;
import dev.ferrule.rules.nftables.Rule;
import java.util.List;

/**
 * A rule that had a say.
 *
 * @param chain the chain it is in
 * @param rule the rule, all of which matched
 * @param elements the elements of sets and maps that it found, in the rule's order
 */
public record Step(Chain chain, Rule rule, List<Found> elements) {

  public Step {
    elements = List.copyOf(elements);
  }

  /**
   * An element that a rule found.
   *
   * @param set name of its set
   * @param text the element as nft writes it
   */
  public record Found(String set, String text) {}
}
