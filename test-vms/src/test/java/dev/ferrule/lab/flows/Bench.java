// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import dev.ferrule.kernel.KernelException;
import dev.ferrule.kernel.NftablesKernel;
import dev.ferrule.lab.Command;
import dev.ferrule.lab.LabException;
import dev.ferrule.lab.NamespaceThread;
import dev.ferrule.lab.NetNamespace;
import dev.ferrule.lab.NewConnections;
import dev.ferrule.lab.PacketSocket;
import dev.ferrule.lab.TrackedConnection;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Two namespaces and a cable for each of the node's interfaces: the node, with its addresses and
 * the rules under test, and a peer that stands for every pod and every client there is, because its
 * packets are made by hand.
 */
final class Bench implements AutoCloseable {
  /**
   * A table of somebody else's. It must survive whatever the agent does, and it keeps connection
   * tracking on even where the agent has no rule.
   */
  static final String FOREIGN_TABLE = "table inet bystander";

  private static final String FOREIGN_RULE = "ct state new counter";
  private static final String MAC_OF_NODE = "02:00:00:00:00:%02x";
  private static final String MAC_OF_PEER = "02:00:00:00:01:%02x";
  private static final AtomicInteger COUNT = new AtomicInteger();

  private static final Map<String, String> NODE_SYSCTL =
      Map.ofEntries(
          Map.entry("ipv4/ip_forward", "1"),
          Map.entry("ipv6/conf/all/forwarding", "1"),
          Map.entry("ipv4/conf/all/rp_filter", "0"),
          Map.entry("ipv4/conf/default/rp_filter", "0"),
          Map.entry("ipv4/conf/all/route_localnet", "0"),
          Map.entry("ipv4/ip_nonlocal_bind", "1"),
          Map.entry("ipv6/ip_nonlocal_bind", "1"),
          Map.entry("netfilter/nf_conntrack_checksum", "0"),
          Map.entry("netfilter/nf_conntrack_events", "1"),
          Map.entry("ipv4/icmp_ratelimit", "0"),
          Map.entry("ipv6/icmp/ratelimit", "0"));

  private final NetNamespace node;
  private final NetNamespace peer;
  private final NetNamespace scratch;
  private final NftablesKernel rules;
  private final int bystanders;
  private final NewConnections connections;
  private final PacketSocket onNode;
  // by the name of the node's end
  private final Map<String, PacketSocket> cables = new LinkedHashMap<>();
  private final Thread atExit = new Thread(this::removeNamespaces, "bench clean-up");

  Bench(NodeSettings settings) {
    String prefix = "ff" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet() + "-";
    this.node = new NetNamespace(prefix + "node");
    this.peer = new NetNamespace(prefix + "peer");
    this.scratch = new NetNamespace(prefix + "scratch");
    Runtime.getRuntime().addShutdownHook(atExit);
    try {
      build(settings);
      this.rules = kernel();
      this.bystanders = generation();
      this.connections = NewConnections.in(node);
      this.onNode = PacketSocket.local(node);
      for (int i = 0; i < settings.interfaces().size(); i++) {
        byte[] to = bytes(MAC_OF_NODE, i);
        byte[] own = bytes(MAC_OF_PEER, i);
        cables.put(settings.interfaces().get(i), PacketSocket.onCable(peer, "cable" + i, to, own));
      }
    } catch (RuntimeException e) {
      removeNamespaces();
      throw e;
    }
  }

  private NftablesKernel kernel() {
    try {
      return NamespaceThread.once(node, NftablesKernel::open);
    } catch (Exception e) {
      throw new LabException("could not open a socket to the rules of " + node.name(), e);
    }
  }

  private void build(NodeSettings settings) {
    NetNamespace.create(List.of(node, peer));
    node.sysctl(NODE_SYSCTL);
    // The peer must not answer anything on its own.
    peer.sysctl(Map.of("ipv6/conf/default/disable_ipv6", "1", "ipv6/conf/all/disable_ipv6", "1"));
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < settings.interfaces().size(); i++) {
      boolean bridge = settings.interfaces().get(i).equals(settings.podBridge());
      lines.addAll(cable(settings.interfaces().get(i), i, bridge));
    }
    String dev = " dev " + settings.interfaces().get(0);
    lines.add("addr add 169.254.99.1/30" + dev);
    lines.add("addr add fdfe:99::1/64" + dev + " nodad");
    for (String ip : settings.ips()) {
      lines.add("addr add " + ip + (ip.contains(":") ? "/128" + dev + " nodad" : "/32" + dev));
    }
    String neighbour = " lladdr " + MAC_OF_PEER.formatted(0) + dev + " nud permanent";
    lines.add("neigh replace 169.254.99.2" + neighbour);
    lines.add("neigh replace fdfe:99::2" + neighbour);
    lines.add("route add default via 169.254.99.2" + dev + source(settings, false));
    lines.add("route add ::/0 via fdfe:99::2" + dev + source(settings, true));
    node.ip(lines);
    peer.ip(
        IntStream.range(0, settings.interfaces().size())
            .mapToObj(i -> "link set cable" + i + " up promisc on")
            .toList());
    Command.Result foreign =
        node.execWithInput(
            FOREIGN_TABLE
                + " {\nchain seen {\ntype filter hook forward priority 300;\n"
                + FOREIGN_RULE
                + "\n}\n}\n",
            "nft",
            "-f",
            "-");
    if (foreign.exit() != 0) {
      throw new LabException("could not load the bystander's table: " + foreign.said());
    }
  }

  private List<String> cable(String name, int number, boolean bridge) {
    String mac = MAC_OF_NODE.formatted(number);
    String cable =
        "link add %s%s type veth peer name cable%d address %s netns %s"
            .formatted(
                bridge ? name + "-port" : name,
                bridge ? "" : " address " + mac,
                number,
                MAC_OF_PEER.formatted(number),
                peer.name());
    return bridge
        ? List.of(
            "link add %s address %s type bridge forward_delay 0".formatted(name, mac),
            cable,
            "link set %s-port master %s up".formatted(name, name),
            "link set %s up".formatted(name))
        : List.of(cable, "link set " + name + " up");
  }

  private static String source(NodeSettings settings, boolean six) {
    return settings.primaryIps().stream()
        .filter(ip -> ip.contains(":") == six)
        .findFirst()
        .map(ip -> " src " + ip)
        .orElse("");
  }

  private static byte[] bytes(String mac, int number) {
    return HexFormat.ofDelimiter(":").parseHex(mac.formatted(number));
  }

  NetNamespace node() {
    return node;
  }

  /** The node's own sender, or that behind an interface of its; the first if none is named. */
  PacketSocket socket(boolean local, String in) {
    if (local) {
      return onNode;
    }
    PacketSocket named = in.isEmpty() ? cables.values().iterator().next() : cables.get(in);
    if (named == null) {
      throw new LabException("the node has no interface " + in + ", only " + cables.keySet());
    }
    return named;
  }

  /** What connection tracking has taken up since the last time. */
  List<TrackedConnection> newConnections() {
    return connections.heard();
  }

  /** Whether anybody has made rules since the bystander. */
  boolean hasRules() {
    return generation() != bystanders || hasLegacyRules();
  }

  /** iptables-legacy has tables of its own, which the number says nothing of. */
  private boolean hasLegacyRules() {
    Command.Result nat = node.exec("iptables-legacy-save", "-t", "nat");
    return nat.exit() == 0 && nat.output().lines().anyMatch(line -> line.startsWith("-A "));
  }

  /** The kernel's number of the ruleset; it changes with each transaction in the namespace. */
  private int generation() {
    try {
      return rules.generation();
    } catch (KernelException e) {
      throw new LabException("could not ask for the number of the ruleset", e);
    }
  }

  /** What an administrator would find wrong with the rules as a whole; empty if nothing. */
  String complaint() {
    Command.Result listing = node.exec("nft", "list", "ruleset");
    if (listing.exit() != 0) {
      return "nft list ruleset exits " + listing.exit() + ": " + listing.said();
    }
    if (!listing.output().contains(FOREIGN_TABLE) || !listing.output().contains(FOREIGN_RULE)) {
      return "the bystander's table was changed";
    }
    // nft 1.0.6 lists an IPv6 map update but aborts on reading one: nothing to hold against us
    if (listing.output().lines().anyMatch(l -> l.matches(".*update @\\w+ \\{ .*ip6 saddr.*"))) {
      return "";
    }
    NetNamespace.create(List.of(scratch));
    try {
      Command.Result reload = scratch.execWithInput(listing.output(), "nft", "-f", "-");
      return reload.exit() == 0 ? "" : "the listing does not reload: " + reload.said();
    } finally {
      NetNamespace.delete(List.of(scratch));
    }
  }

  private void removeNamespaces() {
    // scratch too: Ctrl-C may come between its making and its end
    NetNamespace.delete(List.of(node, peer, scratch));
  }

  @Override
  public void close() {
    rules.close();
    connections.close();
    onNode.close();
    cables.values().forEach(PacketSocket::close);
    removeNamespaces();
    Runtime.getRuntime().removeShutdownHook(atExit);
  }
}
