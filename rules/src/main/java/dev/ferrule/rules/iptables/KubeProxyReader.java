// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.Protocol;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Takes the lines of iptables-save and finds what is kube-proxy's: its chains by the names that
 * {@code pkg/proxy/iptables/proxier.go} of Kubernetes 1.36 and of earlier versions gives them. The
 * kubelet's own (KUBE-FIREWALL, KUBE-KUBELET-CANARY, KUBE-IPTABLES-HINT, KUBE-MARK-DROP) are not.
 */
public final class KubeProxyReader {

  /** The chains that it makes built-in chains jump to. */
  private static final Set<String> ENTRIES =
      Set.of(
          "KUBE-SERVICES",
          "KUBE-EXTERNAL-SERVICES",
          "KUBE-NODEPORTS",
          "KUBE-POSTROUTING",
          "KUBE-FORWARD",
          "KUBE-PROXY-FIREWALL");

  private static final String MARK = "KUBE-MARK-MASQ";
  private static final String MASQUERADE = "KUBE-POSTROUTING";
  private static final Set<String> OTHERS = Set.of(MARK, "KUBE-PROXY-CANARY");

  private static final List<String> PREFIXES =
      List.of("KUBE-SVC-", "KUBE-SVL-", "KUBE-SEP-", "KUBE-EXT-", "KUBE-FW-", "KUBE-XLB-");

  /** No connection is translated to what table filter does not look after any more. */
  private static final List<String> ORDER = List.of("nat", "filter", "mangle");

  private record Line(String chain, String target, String text) {}

  private static final class Table {
    private final SortedSet<String> chains = new TreeSet<>();
    private final Set<String> builtin = new TreeSet<>();
    private final List<Line> rules = new ArrayList<>();
  }

  private final IpFamily family;
  private final Map<String, Table> tables = new HashMap<>();
  private final List<KubeProxyChains.ClientList> clientLists = new ArrayList<>();
  private Table table = new Table();
  private boolean dropsForwarded;

  public KubeProxyReader(IpFamily family) {
    this.family = family;
  }

  /** Takes the next line, without its end. */
  public void accept(String line) {
    if (line.startsWith("*")) {
      table = tables.computeIfAbsent(line.substring(1).strip(), name -> new Table());
    } else if (line.startsWith(":")) {
      chain(line.substring(1));
    } else if (line.startsWith("-A ")) {
      String chain = line.substring(3).split(" ", 2)[0];
      if (line.contains(" --set --name KUBE-SEP-")) {
        String rule = line.substring("-A ".length() + chain.length() + 1);
        // kube-proxy names the module of the protocol once more, and asks nothing of it.
        clientList(XtParser.parse(family, rule.replaceFirst(" -m (tcp|udp|sctp) -j ", " -j ")));
      }
      if (line.contains(" KUBE-")) {
        table.rules.add(new Line(chain, new XtWords(line).target(), line));
      }
    }
  }

  private void chain(String text) {
    String name = text.split(" ", 2)[0];
    if (!text.startsWith(" - ", name.length())) {
      table.builtin.add(name); // it has a policy
      dropsForwarded |= text.startsWith("FORWARD DROP") && table == tables.get("filter");
    } else if (isKubeProxys(name)) {
      table.chains.add(name);
    }
  }

  private void clientList(XtRule rule) {
    String name = null;
    Protocol protocol = null;
    for (XtMatch match : rule.matches()) {
      if (match instanceof XtMatch.Remember remember) {
        name = remember.list();
      } else if (match instanceof XtMatch.ProtocolIs is) {
        protocol = is.protocol();
      }
    }
    if (name != null && protocol != null && rule.action() instanceof XtAction.TranslateTo to) {
      clientLists.add(new KubeProxyChains.ClientList(name, rule.comment(), protocol, to.backend()));
    }
  }

  private static boolean isKubeProxys(String chain) {
    return ENTRIES.contains(chain)
        || OTHERS.contains(chain)
        || PREFIXES.stream().anyMatch(chain::startsWith);
  }

  /** What was kube-proxy's in the lines so far. */
  public KubeProxyChains found() {
    Map<String, KubeProxyChains.Part> parts = new LinkedHashMap<>();
    for (String name : ORDER) {
      Table read = tables.get(name);
      if (read != null && !read.chains.isEmpty()) {
        parts.put(name, part(read));
      }
    }
    return new KubeProxyChains(family, parts, clientLists, dropsForwarded);
  }

  private static KubeProxyChains.Part part(Table table) {
    SortedSet<String> kept = usedByOthers(table);
    SortedSet<String> chains = new TreeSet<>(table.chains);
    chains.removeAll(kept);
    List<String> jumps =
        table.rules.stream()
            .filter(rule -> isOwnJump(table, rule) && chains.contains(rule.target()))
            .map(Line::text)
            .toList();
    return new KubeProxyChains.Part(chains, jumps, kept);
  }

  private static boolean isOwnJump(Table table, Line rule) {
    return table.builtin.contains(rule.chain()) && ENTRIES.contains(rule.target());
  }

  /** Its chains that rules of others lead to, and all that those need to do what they say. */
  private static SortedSet<String> usedByOthers(Table table) {
    SortedSet<String> used = new TreeSet<>();
    Deque<String> found = new ArrayDeque<>();
    for (Line rule : table.rules) {
      if (!table.chains.contains(rule.chain()) && !isOwnJump(table, rule)) {
        found.add(rule.target());
      }
    }
    while (!found.isEmpty()) {
      String chain = found.remove();
      if (!table.chains.contains(chain) || !used.add(chain)) {
        continue;
      }
      if (chain.equals(MARK)) {
        found.add(MASQUERADE); // which does what the mark asks for
      }
      for (Line rule : table.rules) {
        if (rule.chain().equals(chain)) {
          found.add(rule.target());
        }
      }
    }
    return used;
  }
}
