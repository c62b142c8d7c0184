// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import dev.ferrule.rules.model.IpFamily;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Puts the chains of Service ports, the trees and what is always there together. */
public final class XtLayout {

  private XtLayout() {}

  /** A chain that is in the table whenever our rules are. */
  public static String root(XtTable table) {
    return table == XtTable.NAT ? ChainNames.SERVICES : ChainNames.REFUSED;
  }

  /**
   * Our part of the tables of a family.
   *
   * @param ports the chains of each Service port, see {@link PortChains}
   */
  public static XtState build(
      IpFamily family,
      XtSettings settings,
      Collection<Map<XtTable, Map<String, XtChain>>> ports,
      Map<Dispatch, DispatchTree> trees) {
    Map<XtTable, Map<String, XtChain>> all = new EnumMap<>(XtTable.class);
    for (XtTable table : XtTable.values()) {
      Map<String, XtChain> chains = new HashMap<>();
      ports.forEach(port -> chains.putAll(port.getOrDefault(table, Map.of())));
      ConstantChains.chains(family, settings)
          .getOrDefault(table, List.of())
          .forEach(chain -> chains.put(chain.name(), chain));
      all.put(table, chains);
    }
    trees.forEach(
        (dispatch, tree) -> {
          Map<String, XtChain> chains = all.getOrDefault(dispatch.table(), new HashMap<>());
          tree.chains().forEach(chain -> chains.put(chain.name(), chain));
        });
    return new XtState(family, all, ConstantChains.jumps(family, settings));
  }
}
