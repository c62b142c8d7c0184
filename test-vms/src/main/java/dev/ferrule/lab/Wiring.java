// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Cables, addresses and routes. Each interface is made inside the namespaces it joins. */
final class Wiring {
  /** Every pod's gateway: the node's end of its own cable. */
  private static final String GATEWAY4 = "169.254.1.1";

  private static final String GATEWAY6 = "fe80::1";

  private static final Map<String, String> ROUTER =
      Map.of(
          "ipv4/ip_forward", "1",
          "ipv6/conf/all/forwarding", "1",
          // Replies of translated connections come in by other interfaces than the route says.
          "ipv4/conf/all/rp_filter", "0",
          "ipv4/conf/default/rp_filter", "0",
          // Every rejected connection is to be told so, not only a few each second.
          "ipv4/icmp_ratelimit", "0",
          "ipv6/icmp/ratelimit", "0");

  private Wiring() {}

  /** The outside holds the bridge that the nodes hang on, and does not forward. */
  static void outside(NetNamespace outside, List<LabNode> nodes) {
    List<String> lines = new ArrayList<>();
    // nodad everywhere: until an address has been looked after, no route may name it as a source
    lines.add("link add lan type bridge forward_delay 0");
    lines.add("link set lan up");
    lines.add("addr add " + Lab.CLIENT_IPV4 + "/32 dev lo");
    lines.add("addr add " + Lab.CLIENT_IPV6 + "/128 dev lo nodad");
    lines.add("addr add 192.168.0.1/24 dev lan noprefixroute");
    lines.add("addr add fd00:192:168::1/64 dev lan nodad noprefixroute");
    lines.add("route add 192.168.0.0/24 dev lan src " + Lab.CLIENT_IPV4);
    lines.add("route add fd00:192:168::/64 dev lan src " + Lab.CLIENT_IPV6);
    for (LabNode node : nodes) {
      String port = node.name();
      lines.add(
          "link add %s type veth peer name eth0 netns %s".formatted(port, node.namespace().name()));
      lines.add("link set " + port + " master lan");
      lines.add("link set " + port + " up");
      lines.add(via4(node.podCidr4(), node));
      lines.add(via6(node.podCidr6(), node));
    }
    if (!nodes.isEmpty()) {
      lines.add(via4(Lab.SERVICE_CIDR4, nodes.get(0)));
      lines.add(via6(Lab.SERVICE_CIDR6, nodes.get(0)));
    }
    outside.ip(lines);
  }

  private static String via4(String range, LabNode node) {
    return "route add %s via %s src %s".formatted(range, node.ipv4(), Lab.CLIENT_IPV4);
  }

  private static String via6(String range, LabNode node) {
    return "route add %s via %s src %s".formatted(range, node.ipv6(), Lab.CLIENT_IPV6);
  }

  static void node(LabNode node, List<LabNode> all) {
    node.namespace().sysctl(ROUTER);
    List<String> lines = new ArrayList<>();
    lines.add("addr add " + node.ipv4() + "/24 dev eth0");
    lines.add("addr add " + node.ipv6() + "/64 dev eth0 nodad");
    lines.add("link set eth0 up");
    // Without a route a connection to a ClusterIP fails before the output hook sees it.
    lines.add("route add default via 192.168.0.1 src " + node.ipv4());
    lines.add("route add ::/0 via fd00:192:168::1 src " + node.ipv6());
    for (LabNode other : all) {
      if (!other.equals(node)) {
        lines.add("route add %s via %s".formatted(other.podCidr4(), other.ipv4()));
        lines.add("route add %s via %s".formatted(other.podCidr6(), other.ipv6()));
      }
    }
    node.namespace().ip(lines);
  }

  static void pod(LabPod pod) {
    String cable = pod.cable();
    pod.node()
        .namespace()
        .ip(
            List.of(
                "link add %s type veth peer name eth0 netns %s"
                    .formatted(cable, pod.namespace().name()),
                // Link scope: masquerading must choose the node's own address, never this one.
                "addr add %s/32 dev %s scope link".formatted(GATEWAY4, cable),
                "addr add %s/64 dev %s nodad".formatted(GATEWAY6, cable),
                "link set %s up".formatted(cable),
                "route add %s/32 dev %s src %s".formatted(pod.ipv4(), cable, pod.node().ipv4()),
                "route add %s/128 dev %s src %s".formatted(pod.ipv6(), cable, pod.node().ipv6())));
    pod.namespace()
        .ip(
            List.of(
                "addr add %s/32 dev eth0".formatted(pod.ipv4()),
                "addr add %s/128 dev eth0 nodad".formatted(pod.ipv6()),
                "link set eth0 up",
                "route add %s/32 dev eth0".formatted(GATEWAY4),
                "route add default via %s dev eth0 src %s".formatted(GATEWAY4, pod.ipv4()),
                "route add ::/0 via %s dev eth0 src %s".formatted(GATEWAY6, pod.ipv6())));
  }
}
