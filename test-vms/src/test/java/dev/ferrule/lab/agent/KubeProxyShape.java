// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.Command;
import dev.ferrule.lab.LabNode;
import dev.ferrule.lab.LabPod;
import dev.ferrule.lab.NetNamespace;
import java.util.List;
import java.util.Locale;

/**
 * Rules of the Service of {@link ServiceTraffic} as kube-proxy writes them, for two Pods; with
 * those that the kubelet has beside them.
 */
final class KubeProxyShape {

  private static final String POD_RANGE = "10.244.0.0/16";
  private static final String POD_RANGE6 = "fd00:10:244::/56";

  private final LabNode node;
  private final List<LabPod> pods;
  private boolean sticky;

  KubeProxyShape(LabNode node, List<LabPod> pods) {
    this.node = node;
    this.pods = List.copyOf(pods);
  }

  /** With session affinity. */
  KubeProxyShape sticky() {
    sticky = true;
    return this;
  }

  /** Mode iptables. */
  void writeIptables(String variant) {
    write(variant, "iptables", false);
    write(variant, "ip6tables", true);
  }

  private void write(String variant, String program, boolean six) {
    restore(node.namespace(), program + "-" + variant, iptables(six));
  }

  private static void restore(NetNamespace namespace, String program, String rules) {
    Command.Result result = namespace.execWithInput(rules, program + "-restore", "--noflush");
    assertThat(result.exit()).as(result.said()).isZero();
  }

  private String iptables(boolean six) {
    String host = six ? "/128" : "/32";
    String service = six ? ServiceTraffic.IPV6 : ServiceTraffic.IPV4;
    StringBuilder endpoints = new StringBuilder();
    StringBuilder choice = new StringBuilder();
    for (int i = 0; sticky && i < pods.size(); i++) {
      String chain = endpoint(i, six);
      choice
          .append("-A KUBE-SVC-WEBTCPWEBTCPWEBT -m comment --comment default/web:tcp -m recent")
          .append(" --rcheck --seconds 10800 --reap --name ")
          .append(chain + " --rsource -j " + chain + "\n");
    }
    for (int i = 0; i < pods.size(); i++) {
      String ip = six ? pods.get(i).ipv6() : pods.get(i).ipv4();
      String to = (six ? "[" + ip + "]" : ip) + ":" + Cluster.POD_PORT;
      choice.append(
          String.format(
              Locale.ROOT,
              "-A KUBE-SVC-WEBTCPWEBTCPWEBT -m comment --comment \"default/web:tcp -> %s\" %s-j"
                  + " %s%n",
              to,
              i == pods.size() - 1
                  ? ""
                  : String.format(
                      Locale.ROOT,
                      "-m statistic --mode random --probability %.10f ",
                      1.0 / (pods.size() - i)),
              endpoint(i, six)));
      endpoints.append(
          """
          -A %1$s -s %2$s%3$s -m comment --comment "default/web:tcp" -j KUBE-MARK-MASQ
          -A %1$s -p tcp -m comment --comment "default/web:tcp" %5$s-m tcp -j DNAT --to-destination %4$s
          """
              .formatted(
                  endpoint(i, six),
                  ip,
                  host,
                  to,
                  sticky ? "-m recent --set --name " + endpoint(i, six) + " --rsource " : ""));
    }
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < pods.size(); i++) {
      names.append(":").append(endpoint(i, six)).append(" - [0:0]\n");
    }
    return """
        *mangle
        :KUBE-IPTABLES-HINT - [0:0]
        :KUBE-KUBELET-CANARY - [0:0]
        :KUBE-PROXY-CANARY - [0:0]
        COMMIT
        *filter
        :KUBE-EXTERNAL-SERVICES - [0:0]
        :KUBE-FIREWALL - [0:0]
        :KUBE-FORWARD - [0:0]
        :KUBE-KUBELET-CANARY - [0:0]
        :KUBE-NODEPORTS - [0:0]
        :KUBE-PROXY-CANARY - [0:0]
        :KUBE-PROXY-FIREWALL - [0:0]
        :KUBE-SERVICES - [0:0]
        -A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
        -A INPUT -m comment --comment "kubernetes health check service ports" -j KUBE-NODEPORTS
        -A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES
        -A INPUT -j KUBE-FIREWALL
        -A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
        -A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
        -A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES
        -A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
        -A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -A OUTPUT -j KUBE-FIREWALL
        -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
        -A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT
        -A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
        -A KUBE-SERVICES -d IDLE -p tcp -m comment --comment "default/idle:tcp has no endpoints" -m tcp --dport 80 -j REJECT
        COMMIT
        *nat
        :KUBE-EXT-WEBTCPWEBTCPWEBT - [0:0]
        :KUBE-KUBELET-CANARY - [0:0]
        :KUBE-MARK-MASQ - [0:0]
        :KUBE-NODEPORTS - [0:0]
        :KUBE-POSTROUTING - [0:0]
        :KUBE-PROXY-CANARY - [0:0]
        :KUBE-SERVICES - [0:0]
        :KUBE-SVC-WEBTCPWEBTCPWEBT - [0:0]
        NAMES-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
        -A KUBE-EXT-WEBTCPWEBTCPWEBT -m comment --comment "masquerade traffic for default/web:tcp external destinations" -j KUBE-MARK-MASQ
        -A KUBE-EXT-WEBTCPWEBTCPWEBT -j KUBE-SVC-WEBTCPWEBTCPWEBT
        -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
        -A KUBE-NODEPORTS -p tcp -m comment --comment "default/web:tcp" -m tcp --dport PORT -j KUBE-EXT-WEBTCPWEBTCPWEBT
        -A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
        -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
        -A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully
        -A KUBE-SERVICES -d SERVICE -p tcp -m comment --comment "default/web:tcp cluster IP" -m tcp --dport 80 -j KUBE-SVC-WEBTCPWEBTCPWEBT
        -A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
        -A KUBE-SVC-WEBTCPWEBTCPWEBT ! -s PODS -d SERVICE -p tcp -m comment --comment "default/web:tcp cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
        CHOICEENDPOINTSCOMMIT
        """
        .replace("SERVICE -p", service + host + " -p")
        .replace("IDLE", (six ? "fd00:10:96::999" : "10.96.4.99") + host)
        .replace("-s PODS", "-s " + (six ? POD_RANGE6 : POD_RANGE))
        .replace("--dport PORT", "--dport " + ServiceTraffic.NODE_PORT)
        .replace("NAMES-A", names + "-A")
        .replace("CHOICEENDPOINTS", choice.toString() + endpoints);
  }

  /** In kube-proxy a hash; the two families must not share it, as lists have no family. */
  private static String endpoint(int number, boolean six) {
    return "KUBE-SEP-" + (six ? "SIX" : "FOUR") + number;
  }

  /** Mode nftables. */
  void writeNftables() {
    Command.Result result =
        node.namespace().execWithInput(nftables(false) + nftables(true), "nft", "-f", "-");
    assertThat(result.exit()).as(result.said()).isZero();
  }

  private String nftables(boolean six) {
    StringBuilder endpoints = new StringBuilder();
    StringBuilder choice = new StringBuilder();
    for (int i = 0; i < pods.size(); i++) {
      String ip = six ? pods.get(i).ipv6() : pods.get(i).ipv4();
      choice.append(i == 0 ? "" : ", ").append(i).append(" : goto endpoint-").append(i);
      endpoints.append(
          """
            chain endpoint-%1$d {
              FAM saddr %2$s jump mark-for-masquerade
              meta l4proto tcp dnat to %3$s:%4$d
            }
          """
              .formatted(i, ip, six ? "[" + ip + "]" : ip, Cluster.POD_PORT));
    }
    return """
        table FAM kube-proxy {
          set cluster-ips { type ADDR; elements = { SERVICE }; }
          set nodeport-ips { type ADDR; elements = { NODE }; }
          map no-endpoint-services { type ADDR . inet_proto . inet_service : verdict; }
          map service-ips {
            type ADDR . inet_proto . inet_service : verdict
            elements = { SERVICE . tcp . 80 : goto service-web }
          }
          map service-nodeports {
            type inet_proto . inet_service : verdict
            elements = { tcp . PORT : goto external-web }
          }
          chain mark-for-masquerade { meta mark set meta mark or 0x4000; }
          chain masquerading {
            meta mark and 0x4000 == 0 return
            meta mark set meta mark xor 0x4000
            masquerade fully-random
          }
        ENDPOINTS
          chain service-web {
            FAM daddr SERVICE tcp dport 80 FAM saddr != PODS jump mark-for-masquerade
            numgen random mod COUNT vmap { CHOICE }
          }
          chain external-web { jump mark-for-masquerade; goto service-web; }
          chain services {
            FAM daddr . meta l4proto . th dport vmap @service-ips
            FAM daddr @nodeport-ips meta l4proto . th dport vmap @service-nodeports
          }
          chain service-endpoints-check {
            FAM daddr . meta l4proto . th dport vmap @no-endpoint-services
          }
          chain cluster-ips-check { FAM daddr @cluster-ips reject; }
          chain filter-prerouting { type filter hook prerouting priority dstnat - 10; }
          chain filter-forward {
            type filter hook forward priority -1
            ct state new jump service-endpoints-check
            ct state new jump cluster-ips-check
          }
          chain filter-output { type filter hook output priority -110; }
          chain filter-output-post-dnat {
            type filter hook output priority -90
            ct state new jump service-endpoints-check
            ct state new jump cluster-ips-check
          }
          chain nat-prerouting { type nat hook prerouting priority dstnat; jump services; }
          chain nat-output { type nat hook output priority -100; jump services; }
          chain nat-postrouting { type nat hook postrouting priority srcnat; jump masquerading; }
        }
        """
        .replace("ENDPOINTS", endpoints)
        .replace("CHOICE", choice)
        .replace("COUNT", String.valueOf(pods.size()))
        .replace("SERVICE", six ? ServiceTraffic.IPV6 : ServiceTraffic.IPV4)
        .replace("NODE }", (six ? node.ipv6() : node.ipv4()) + " }")
        .replace("PODS", six ? POD_RANGE6 : POD_RANGE)
        .replace("PORT", String.valueOf(ServiceTraffic.NODE_PORT))
        .replace("ADDR", six ? "ipv6_addr" : "ipv4_addr")
        .replace("FAM", six ? "ip6" : "ip");
  }
}
