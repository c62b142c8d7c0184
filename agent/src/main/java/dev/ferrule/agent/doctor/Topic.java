// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

/** What doctor looks at, in the order in which it does. */
public enum Topic {
  CONFIGURATION(
      "configuration",
      "the file of --config and the flags",
      "correct what the message names; docs/configuration.md has every setting"),
  SOURCE(
      "source",
      "the folder of --manifests, or the API server of --kubeconfig, if one is given",
      "correct the objects that are named, or the credentials and the address of the server"),
  POD_RANGE(
      "pod-range",
      "clusterCIDR: without it nobody counts as a Pod",
      "set clusterCIDR to the cluster's Pod range, or detectLocalMode"),
  NODE_NAME(
      "node-name", "whether the node's name resolves", "set hostnameOverride to the Node's name"),
  NODE_ADDRESSES(
      "node-addresses",
      "addresses of the interfaces, for NodePorts",
      "give an interface an address: ip address add"),
  KERNEL("kernel", "/proc/sys/kernel/osrelease: 5.10 or newer", "boot a kernel of 5.10 or newer"),
  KERNEL_OPTIONS(
      "kernel-options",
      "each option that our rules need, by trying it in a transaction that is not committed"
          + " (mode iptables: in a network namespace of its own)",
      "modprobe the module that is named, or boot a kernel with the option"),
  CONNTRACK_NETLINK(
      "conntrack-netlink",
      "CONFIG_NF_CT_NETLINK: stale UDP flows are removed over it",
      "modprobe nf_conntrack_netlink"),
  NFT("nft", "nft --version; only for reading the rules", "apt-get install nftables"),
  IPTABLES(
      "iptables",
      "which iptables there are, and which of them holds rules",
      "keep to one variant: update-alternatives --config iptables; or set iptables.variant"),
  KUBE_PROXY(
      "kube-proxy",
      "a kube-proxy that runs, and rules it left",
      "stop kube-proxy on this node, then ferrule migrate --execute"),
  OTHER_MODE(
      "other-mode",
      "rules of ours of a mode that is not configured",
      "ferrule migrate --execute, or ferrule cleanup"),
  FORWARD_POLICY(
      "forward-policy",
      "whether chain FORWARD of iptables drops what no rule accepts, as Docker and ufw set it",
      "iptables -P FORWARD ACCEPT; or accept the Pod range with rules of your own"),
  FIREWALLD(
      "firewalld",
      "firewalld's table: it rejects forwarded packets of zones that do not allow them",
      "firewall-cmd --permanent --zone=trusted --add-source=POD-RANGE && firewall-cmd --reload"),
  FLUSHED_RULES(
      "flushed-rules",
      "flush ruleset in /etc/nftables.conf, which removes our tables when nftables.service starts",
      "replace flush ruleset by lines that delete your own tables"),
  EBPF_PROXY(
      "ebpf-proxy",
      "interfaces of Cilium and of Calico in eBPF mode, which may serve Services before us",
      "switch off kubeProxyReplacement of Cilium, or bpfEnabled of Calico; or do without Ferrule"),
  IP_FORWARD("ip-forward", "net.ipv4.ip_forward", "sysctl -w net.ipv4.ip_forward=1"),
  IPV6_FORWARD(
      "ipv6-forward",
      "net.ipv6.conf.all.forwarding, where there are IPv6 addresses",
      "sysctl -w net.ipv6.conf.all.forwarding=1"),
  REVERSE_PATH(
      "reverse-path",
      "net.ipv4.conf.*.rp_filter: 1 drops what comes in on another interface than the answer"
          + " leaves by",
      "sysctl -w net.ipv4.conf.all.rp_filter=2"),
  ROUTE_LOCALNET(
      "route-localnet",
      "net.ipv4.conf.all.route_localnet: only NodePorts on 127.0.0.1 (mode iptables) need it",
      "sysctl -w net.ipv4.conf.all.route_localnet=0"),
  BRIDGE(
      "bridge",
      "net.bridge.bridge-nf-call-iptables, where the host has bridges: without it a Pod that"
          + " reaches a Pod of its own bridge through a Service gets answers from the wrong"
          + " address",
      "modprobe br_netfilter && sysctl -w net.bridge.bridge-nf-call-iptables=1"
          + " net.bridge.bridge-nf-call-ip6tables=1"),
  CONNTRACK_LIMITS(
      "conntrack-limits",
      "size, buckets and timeouts of connection tracking against the configuration",
      "ferrule init"),
  CONNTRACK_FILL(
      "conntrack-fill",
      "net.netfilter.nf_conntrack_count against nf_conntrack_max",
      "raise conntrack.maxPerCore and run ferrule init"),
  NODE_PORT_RANGE(
      "node-port-range",
      "node ports against net.ipv4.ip_local_port_range and ip_local_reserved_ports",
      "sysctl -w net.ipv4.ip_local_reserved_ports=RANGE"),
  NODE_PORTS(
      "node-ports",
      "programs that listen on a port that is a Service's node port, if a source is given",
      "let the program listen elsewhere, or give the Service another nodePort"),
  PORTS(
      "ports",
      "who listens on the ports of health and metrics",
      "stop that program, or set healthzBindAddress or metricsBindAddress"),
  CAPABILITIES(
      "capabilities",
      "capabilities of this process, and of an agent that runs",
      "give it CAP_NET_ADMIN (iptables-legacy: CAP_NET_RAW too)"),
  OPEN_FILES(
      "open-files",
      "the limit of open files of the agent, else of this process",
      "LimitNOFILE=65536 in the unit, or ulimit -n 65536"),
  CLOCK(
      "clock",
      "the year, and whether the clock is kept in time: certificates depend on it",
      "apt-get install systemd-timesyncd, or chrony"),
  STATE_DIRECTORY(
      "state-directory",
      "whether ferrule.stateDirectory can be written, and the space on its disk",
      "make it writable for the agent, and 64 MB of room; or set ferrule.stateDirectory"),
  MEMORY(
      "memory",
      "memory.max of the control group against the largest heap of Java",
      "raise the limit (MemoryMax=, resources.limits.memory), or lower -Xmx in FERRULE_JAVA_OPTS"),
  AFFINITY_LISTS(
      "affinity-lists",
      "mode iptables: lists of module xt_recent that are full, if a source is given",
      "options xt_recent ip_list_tot=10000 in /etc/modprobe.d/ferrule.conf, and reboot; or mode:"
          + " nftables");

  private final String id;
  private final String looksAt;
  private final String remedy;

  Topic(String id, String looksAt, String remedy) {
    this.id = id;
    this.looksAt = looksAt;
    this.remedy = remedy;
  }

  /** Its name for programs. */
  public String id() {
    return id;
  }

  /** What is looked at, in words. */
  public String looksAt() {
    return looksAt;
  }

  /** What mostly helps. */
  public String remedy() {
    return remedy;
  }

  Finding ok(String evidence) {
    return new Finding(this, Severity.OK, evidence, "", true);
  }

  /** With the usual remedy. */
  Finding found(Severity severity, String evidence) {
    return found(severity, evidence, remedy);
  }

  Finding found(Severity severity, String evidence, String ownRemedy) {
    return new Finding(this, severity, evidence, ownRemedy, true);
  }

  /** Could not be looked at. */
  Finding unseen(String why) {
    return new Finding(this, Severity.NOTE, "not looked at: " + why, "sudo ferrule doctor", false);
  }
}
