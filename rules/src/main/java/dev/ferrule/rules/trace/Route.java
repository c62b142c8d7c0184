// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.trace;

import java.util.List;

/**
 * The same rules, one after the other, taken by one outcome or by several.
 *
 * @param outcomes where it leads; their own paths count no more
 */
public record Route(List<Outcome> outcomes, List<Line> lines) {

  public Route {
    outcomes = List.copyOf(outcomes);
    lines = List.copyOf(lines);
  }

  /**
   * A rule with all that it found, over all outcomes of the route.
   *
   * @param chain name of the chain, with its hook if it is a base chain, or with its table
   * @param rule as the programs of that kind of rules print it
   * @param elements what was found and differs from outcome to outcome: set and element, e.g.
   *     {@code services: 10.96.0.1 . tcp . 443 : goto pick_1}, or whole rules
   */
  public record Line(String chain, String rule, List<String> elements) {

    public Line {
      elements = List.copyOf(elements);
    }
  }
}
