// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.trace;

import java.util.List;

/**
 * What rules of either kind do with a connection.
 *
 * @param place where these rules are, e.g. {@code table ip ferrule}
 * @param outcomes every way it can go; empty if there are no rules
 * @param routes the rules of these ways
 */
public record TracedRules(String place, List<Outcome> outcomes, List<Route> routes) {

  public TracedRules {
    outcomes = List.copyOf(outcomes);
    routes = List.copyOf(routes);
  }

  /** Where no rules of ours are. */
  public static final TracedRules NONE = new TracedRules("", List.of(), List.of());
}
