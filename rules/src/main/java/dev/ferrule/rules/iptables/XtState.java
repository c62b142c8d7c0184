// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import dev.ferrule.rules.model.IpFamily;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Our part of the tables of one family: our chains, and the jumps to them from the built-in chains.
 *
 * @param chains by table and name
 * @param jumps by table: rules of built-in chains that lead to a chain of ours, in the order of the
 *     kernel; the chain of each is the built-in one
 */
public record XtState(
    IpFamily family, Map<XtTable, Map<String, XtChain>> chains, Map<XtTable, List<XtJump>> jumps) {

  /**
   * A rule in a built-in chain that leads to ours.
   *
   * @param builtin for example {@code PREROUTING}
   */
  public record XtJump(String builtin, XtRule rule) {}

  public XtState {
    Map<XtTable, Map<String, XtChain>> chainsCopy = new EnumMap<>(XtTable.class);
    Map<XtTable, List<XtJump>> jumpsCopy = new EnumMap<>(XtTable.class);
    for (XtTable table : XtTable.values()) {
      chainsCopy.put(
          table, Collections.unmodifiableMap(new TreeMap<>(chains.getOrDefault(table, Map.of()))));
      jumpsCopy.put(table, List.copyOf(jumps.getOrDefault(table, List.of())));
    }
    chains = Collections.unmodifiableMap(chainsCopy);
    jumps = Collections.unmodifiableMap(jumpsCopy);
  }

  /** Whether nothing of ours is there. */
  public boolean isEmpty() {
    return chains.values().stream().allMatch(Map::isEmpty)
        && jumps.values().stream().allMatch(List::isEmpty);
  }
}
