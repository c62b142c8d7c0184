// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.Protocol;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What kube-proxy in mode iptables left in the tables of one family.
 *
 * @param tables by name, in the order in which they are to be cleaned; without those that hold
 *     nothing of it
 * @param clientLists by which it remembers clients with session affinity
 * @param dropsForwarded whether chain FORWARD of table filter drops what no rule accepts, so that
 *     forwarding may rest on rules of kube-proxy
 */
public record KubeProxyChains(
    IpFamily family,
    Map<String, Part> tables,
    List<ClientList> clientLists,
    boolean dropsForwarded) {

  /**
   * A list of module recent with the clients of an endpoint.
   *
   * @param name of the list
   * @param port the Service port, as {@code namespace/name:port}
   */
  public record ClientList(String name, String port, Protocol protocol, Backend backend) {}

  /**
   * What is in one table.
   *
   * @param chains names of its chains that nobody else uses
   * @param jumps rules of built-in chains that lead to them, as iptables-save prints them
   * @param kept names of its chains that rules of others lead to
   */
  public record Part(SortedSet<String> chains, List<String> jumps, SortedSet<String> kept) {

    public Part {
      chains = Collections.unmodifiableSortedSet(new TreeSet<>(chains));
      jumps = List.copyOf(jumps);
      kept = Collections.unmodifiableSortedSet(new TreeSet<>(kept));
    }

    /** Whether there is nothing to remove. */
    public boolean isEmpty() {
      return chains.isEmpty() && jumps.isEmpty();
    }
  }

  public KubeProxyChains {
    tables = Collections.unmodifiableMap(new LinkedHashMap<>(tables));
    clientLists = List.copyOf(clientLists);
  }

  /** Whether there is nothing to remove. */
  public boolean isEmpty() {
    return tables.values().stream().allMatch(Part::isEmpty);
  }

  /** How many chains would be removed. */
  public int chains() {
    return tables.values().stream().mapToInt(part -> part.chains().size()).sum();
  }

  /** How many jumps to them would be removed. */
  public int jumps() {
    return tables.values().stream().mapToInt(part -> part.jumps().size()).sum();
  }

  /** What iptables-restore without flushing is told to remove it all, a table as a whole. */
  public List<String> removal() {
    List<String> lines = new ArrayList<>();
    tables.forEach(
        (table, part) -> {
          if (part.isEmpty()) {
            return;
          }
          lines.add("*" + table);
          part.chains().forEach(chain -> lines.add(":" + chain + " - [0:0]")); // empties it
          part.jumps().forEach(rule -> lines.add("-D" + rule.substring("-A".length())));
          part.chains().forEach(chain -> lines.add("-X " + chain));
          lines.add("COMMIT");
        });
    return lines;
  }
}
