// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.migrate;

import dev.ferrule.agent.sync.KernelRules;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.kernel.KubeProxyIptables;
import dev.ferrule.kernel.KubeProxyTables;
import dev.ferrule.kernel.RecentLists;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.iptables.ClientLists;
import dev.ferrule.rules.iptables.KubeProxyChains;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Rules of kube-proxy in the kernel of this network namespace, in whatever mode it wrote them. */
public final class KubeProxyRules {

  private final List<KubeProxyIptables> chains;
  private final Set<IpFamily> tables;

  private KubeProxyRules(List<KubeProxyIptables> chains, Set<IpFamily> tables) {
    this.chains = List.copyOf(chains);
    this.tables = tables;
  }

  /** Looks for them; changes nothing. */
  public static KubeProxyRules find() throws KernelException {
    return new KubeProxyRules(KubeProxyIptables.find(), KubeProxyTables.find());
  }

  /** Whether there is nothing to remove. */
  public boolean isEmpty() {
    return tables.isEmpty() && chains.stream().allMatch(place -> place.chains().isEmpty());
  }

  /** What there is to remove and with what, a line for each step. */
  public List<String> removal() {
    List<String> lines = new ArrayList<>();
    for (KubeProxyIptables place : chains) {
      if (!place.chains().isEmpty()) {
        lines.add(text(place));
      }
    }
    if (!tables.isEmpty()) {
      lines.add(tablesText());
    }
    return lines;
  }

  private static String text(KubeProxyIptables place) {
    KubeProxyChains found = place.chains();
    return "kube-proxy's "
        + found.chains()
        + " chains of "
        + place.variant()
        + " for "
        + found.family().text()
        + " and "
        + found.jumps()
        + " jumps to them (tables "
        + found.tables().entrySet().stream()
            .filter(table -> !table.getValue().isEmpty())
            .map(table -> table.getKey())
            .collect(Collectors.joining(", "))
        + "), by one "
        + place.program()
        + " --noflush";
  }

  private String tablesText() {
    return "kube-proxy's "
        + (tables.size() == 1 ? "table " : "tables ")
        + tables.stream()
            .map(family -> (family == IpFamily.IPV4 ? "ip " : "ip6 ") + KubeProxyTables.NAME)
            .collect(Collectors.joining(" and "))
        + " of nftables, by one transaction";
  }

  /**
   * What to know before it is done: what stays, and what may be missed.
   *
   * @param iptables whether our rules are chains of iptables
   */
  public List<String> remarks(boolean iptables) {
    List<String> remarks = new ArrayList<>();
    for (KubeProxyIptables place : chains) {
      place
          .chains()
          .tables()
          .forEach(
              (table, part) -> {
                if (!part.kept().isEmpty()) {
                  remarks.add(
                      String.join(", ", part.kept())
                          + " in table "
                          + table
                          + " of "
                          + place.variant()
                          + " ("
                          + place.chains().family().text()
                          + ") stays, as rules of others lead there");
                }
              });
      if (place.chains().dropsForwarded() && !place.chains().isEmpty() && !iptables) {
        remarks.add(
            "chain FORWARD of "
                + place.variant()
                + " ("
                + place.chains().family().text()
                + ") drops what no rule accepts, and KUBE-FORWARD, which may have accepted"
                + " connections to Services, goes: accept them by a rule of your own, or use mode:"
                + " iptables, whose chain FERRULE-FORWARD does it");
      }
    }
    return remarks;
  }

  /**
   * Lets clients with session affinity stay with their endpoints, as far as lists of module recent
   * tell them. To be called right after the commit of our rules: who comes in between is given an
   * endpoint anew.
   */
  public void keepClients(KernelRules ours, DesiredState desired) throws KernelException {
    for (KubeProxyIptables place : chains) {
      Map<String, String> names = ClientLists.ours(place.chains(), desired.forwarding());
      Map<String, Map<IpAddress, Long>> clients = new HashMap<>();
      RecentLists.idleMillis(names.keySet())
          .forEach((name, idle) -> clients.put(names.getOrDefault(name, name), idle));
      ours.remember(place.chains().family(), clients, desired);
    }
  }

  /**
   * Removes them. To be called when our rules are in force.
   *
   * @param told takes a line for each step that is done
   */
  public void remove(Consumer<String> told) throws KernelException {
    for (KubeProxyIptables place : chains) {
      if (!place.chains().isEmpty()) {
        place.remove();
        told.accept("removed " + text(place));
      }
    }
    if (!tables.isEmpty()) {
      KubeProxyTables.remove(tables);
      told.accept("removed " + tablesText());
    }
  }
}
