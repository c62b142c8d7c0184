// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.explain;

import dev.ferrule.rules.compile.ForwardingTable;
import dev.ferrule.rules.compile.Frontend;
import dev.ferrule.rules.compile.FrontendKey;
import dev.ferrule.rules.compile.NodeContext;
import dev.ferrule.rules.compile.Target;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.trace.Verdict;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Who is turned away: before DNAT by source ranges, after it because nobody serves the address. */
final class Refusals {

  private final ForwardingTable table;
  private final NodeContext context;
  private final List<Cidr> serviceCidrs;
  private final RuleKind kind;
  private @Nullable Map<IpAddress, List<Frontend>> clusterIps;

  /** A verdict other than to go on. */
  record Refusal(Verdict verdict, String why) {}

  Refusals(
      ForwardingTable table, NodeContext context, Collection<Cidr> serviceCidrs, RuleKind kind) {
    this.kind = kind;
    this.table = table;
    this.context = context;
    this.serviceCidrs = List.copyOf(serviceCidrs);
  }

  /** What source ranges say to a packet to the address. */
  @Nullable Refusal byRanges(FrontendKey destination, Client client) {
    Frontend frontend = table.get(destination);
    List<Cidr> allowed = frontend == null ? null : frontend.allowedSources();
    if (allowed == null || allowed.stream().anyMatch(range -> range.contains(client.address()))) {
      return null;
    }
    return new Refusal(
        Verdict.DROP,
        "loadBalancerSourceRanges let in only "
            + allowed.stream().map(Cidr::toString).collect(Collectors.joining(", "))
            + ", and "
            + client.address()
            + " is in none of them");
  }

  /**
   * What happens to a packet to the address when DNAT is over. What the node sends to itself passes
   * the chains of the way out and of the way in.
   */
  @Nullable Refusal afterDnat(FrontendKey destination, Client client) {
    if (kind != RuleKind.NFTABLES) {
      return inFilter(destination, client);
    }
    Refusal refusal = unserved(destination);
    boolean forNode = context.isNode(destination.address());
    if (refusal == null && (client.node() || !forNode)) {
      refusal = unclaimed(destination);
    }
    if (refusal == null && client.node() && forNode) {
      refusal = byRanges(destination, client);
    }
    return refusal;
  }

  /**
   * In table filter a destination that nat did not translate looks like an endpoint with the same
   * address and port.
   */
  private @Nullable Refusal inFilter(FrontendKey destination, Client client) {
    Refusal byRanges = byRanges(destination, client);
    Refusal refusal = byRanges != null ? byRanges : unserved(destination);
    Frontend frontend = table.get(destination);
    if (refusal != null || frontend == null) {
      return refusal;
    }
    boolean drops =
        frontend.allowedSources() != null
            || frontend.targets().stream().anyMatch(Target.Drop.class::isInstance);
    return drops
        ? new Refusal(
            Verdict.DROP, destination + " is Service " + frontend.owner() + "'s, for some only")
        : null;
  }

  /** What happens to a packet that no Service port claims and nothing else refuses. */
  @Nullable Refusal ofLoopback(IpAddress destination, Client client) {
    boolean kept =
        kind == RuleKind.IPTABLES_WITH_LOCALHOST
            && destination.family() == IpFamily.IPV4
            && destination.isLoopback()
            && !client.address().isLoopback();
    return kept
        ? new Refusal(
            Verdict.DROP,
            destination
                + " is a loopback address, which is kept from others while NodePorts are open on it"
                + " (iptables.localhostNodePorts)")
        : null;
  }

  private @Nullable Refusal unserved(FrontendKey destination) {
    Frontend frontend = table.get(destination);
    return frontend != null && frontend.target() instanceof Target.Reject
        ? new Refusal(
            Verdict.REJECT, "Service " + frontend.owner() + " has no endpoint that can be used")
        : null;
  }

  /** Looked through once, since many endpoints may ask. */
  private Map<IpAddress, List<Frontend>> byClusterIp() {
    Map<IpAddress, List<Frontend>> all = clusterIps;
    if (all == null) {
      all =
          table.frontends().stream()
              .filter(frontend -> frontend.kind() == Frontend.Kind.CLUSTER_IP)
              .collect(Collectors.groupingBy(frontend -> frontend.key().address()));
      clusterIps = all;
    }
    return all;
  }

  private @Nullable Refusal unclaimed(FrontendKey destination) {
    IpAddress address = destination.address();
    List<Frontend> claimed = byClusterIp().getOrDefault(address, List.of());
    if (!claimed.isEmpty()) {
      String ports =
          claimed.stream()
              .map(Frontend::key)
              .sorted()
              .map(key -> key.port() + "/" + key.protocol().text())
              .collect(Collectors.joining(", "));
      return new Refusal(
          Verdict.REJECT,
          address
              + " is the ClusterIP of Service "
              + claimed.get(0).owner().service()
              + ", which has no port "
              + destination.port()
              + "/"
              + destination.protocol().text()
              + " (it has "
              + ports
              + ")");
    }
    return serviceCidrs.stream()
        .filter(range -> range.contains(address))
        .findFirst()
        .map(
            range ->
                new Refusal(
                    Verdict.DROP,
                    address + " is in the range of Services " + range + ", and no Service has it"))
        .orElse(null);
  }
}
