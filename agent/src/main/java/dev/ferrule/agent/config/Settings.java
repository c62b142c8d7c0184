// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import dev.ferrule.kernel.IptablesVariant;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.nftables.Counting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The table of all settings. The file, the flags and the documentation follow from it. */
final class Settings {

  static final Setting<ProxyMode> MODE =
      Setting.of(
          "mode",
          SettingType.text(
              "MODE",
              "write nftables or iptables (ipvs and kernelspace are not offered)",
              ProxyMode::parse),
          "nftables",
          "What carries the Services: nftables or iptables.",
          "--proxy-mode");

  static final Setting<String> HOSTNAME_OVERRIDE =
      Setting.of(
          "hostnameOverride",
          SettingType.text(
              "NAME",
              "write the name of the Node object",
              text -> text.strip().toLowerCase(Locale.ROOT)),
          "",
          "Name of our Node object; the host name unless set.",
          "--hostname-override");

  static final Setting<IpAddress> BIND_ADDRESS =
      Setting.of(
              "bindAddress",
              SettingType.address(),
              "0.0.0.0",
              "Its family is the node's primary one; nothing listens on it.",
              "--bind-address")
          .pending("every address of the Node object counts");

  static final Setting<Boolean> BIND_ADDRESS_HARD_FAIL =
      Setting.of(
          "bindAddressHardFail",
          SettingType.truth(),
          "false",
          "End the process if a health or metrics server cannot listen.",
          "--bind-address-hard-fail");

  static final Setting<Optional<ListenAddress>> HEALTHZ_BIND_ADDRESS =
      Setting.of(
          "healthzBindAddress",
          Listening.on(10256),
          "",
          "Where /healthz, /livez and /readyz answer: 0.0.0.0:10256, or [::]:10256 if bindAddress is IPv6.",
          "--healthz-bind-address");

  static final Setting<Optional<ListenAddress>> METRICS_BIND_ADDRESS =
      Setting.of(
          "metricsBindAddress",
          Listening.on(10249),
          "",
          "Where /metrics answers: 127.0.0.1:10249, or [::1]:10249 if bindAddress is IPv6.",
          "--metrics-bind-address");

  static final Setting<NodePortAddresses> NODE_PORT_ADDRESSES =
      Setting.of(
          "nodePortAddresses",
          SettingType.list(
              "CIDR,...",
              "write a list of ranges like 192.168.0.0/24, or the single word primary",
              NodePortAddresses::parse),
          "",
          "Node addresses with NodePorts: ranges, or primary (the default in mode nftables); in mode"
              + " iptables all unless set.",
          "--nodeport-addresses");

  static final Setting<DetectLocalMode> DETECT_LOCAL_MODE =
      Setting.of(
          "detectLocalMode",
          SettingType.text(
              "MODE",
              "write ClusterCIDR, NodeCIDR, BridgeInterface or InterfaceNamePrefix",
              DetectLocalMode::parse),
          "ClusterCIDR",
          "How to tell that a connection comes from a Pod of this node.",
          "--detect-local-mode");

  static final Setting<List<Cidr>> CLUSTER_CIDR =
      Setting.of(
          "clusterCIDR",
          SettingType.text(
              "CIDR,...", "write ranges with commas between, like 10.244.0.0/16", Settings::ranges),
          "",
          "Pod range of the cluster; the first of each family counts.",
          "--cluster-cidr");

  static final Setting<String> BRIDGE_INTERFACE =
      Setting.of(
          "detectLocal.bridgeInterface",
          SettingType.text("NAME", InterfaceName.ADVICE, InterfaceName::parse),
          "",
          "The Pods' bridge, for detectLocalMode BridgeInterface.",
          "--pod-bridge-interface");

  static final Setting<String> INTERFACE_NAME_PREFIX =
      Setting.of(
          "detectLocal.interfaceNamePrefix",
          SettingType.text("PREFIX", InterfaceName.ADVICE, InterfaceName::parse),
          "",
          "Start of the name of Pod interfaces, for detectLocalMode InterfaceNamePrefix.",
          "--pod-interface-name-prefix");

  /** Sections of which only the one of the mode counts. */
  static final ModeSettings NFTABLES = ModeSettings.of(ProxyMode.NFTABLES);

  static final ModeSettings IPTABLES = ModeSettings.of(ProxyMode.IPTABLES);

  static final Setting<Boolean> LOCALHOST_NODE_PORTS =
      Setting.of(
          "iptables.localhostNodePorts",
          SettingType.truth(),
          "true",
          "Open NodePorts on 127.0.0.1 as well; only in mode iptables.",
          "--iptables-localhost-nodeports");

  static final Setting<Integer> MASQUERADE_BIT =
      Setting.of(
          "iptables.masqueradeBit",
          SettingType.bit(),
          "14",
          "Bit of the packet's mark that asks for masquerade; only in mode iptables.",
          "--iptables-masquerade-bit");

  static final Setting<Optional<IptablesVariant>> IPTABLES_VARIANT =
      Setting.of(
          "ferrule.iptablesVariant",
          SettingType.text("VARIANT", "write nft, legacy or auto", Settings::variant),
          "auto",
          "Which iptables writes the rules, nft or legacy; auto: the one that this host uses. Only"
              + " in mode iptables.",
          "--iptables-variant");

  static final Setting<Integer> CONNTRACK_MAX_PER_CORE =
      Setting.of(
          "conntrack.maxPerCore",
          SettingType.count(),
          "32768",
          "Connection tracking entries per processor; 0 leaves the system's limit.",
          "--conntrack-max-per-core");

  static final Setting<Integer> CONNTRACK_MIN =
      Setting.of(
          "conntrack.min",
          SettingType.count(),
          "131072",
          "Connection tracking entries at least, however few processors.",
          "--conntrack-min");

  static final Setting<Duration> CONNTRACK_TCP_ESTABLISHED =
      Setting.of(
          "conntrack.tcpEstablishedTimeout",
          SettingType.timeout(),
          "24h",
          "Idle TCP connections are forgotten after; 0 leaves the system's value.",
          "--conntrack-tcp-timeout-established");

  static final Setting<Duration> CONNTRACK_TCP_CLOSE_WAIT =
      Setting.of(
          "conntrack.tcpCloseWaitTimeout",
          SettingType.timeout(),
          "1h",
          "TCP connections in CLOSE_WAIT are forgotten after; 0 leaves the system's value.",
          "--conntrack-tcp-timeout-close-wait");

  static final Setting<Boolean> CONNTRACK_TCP_BE_LIBERAL =
      Setting.of(
          "conntrack.tcpBeLiberal",
          SettingType.truth(),
          "false",
          "Do not call TCP packets outside the window invalid.",
          "--conntrack-tcp-be-liberal");

  static final Setting<Duration> CONNTRACK_UDP =
      Setting.of(
          "conntrack.udpTimeout",
          SettingType.timeout(),
          "0s",
          "UDP flows without an answer are forgotten after; 0 leaves the system's value.",
          "--conntrack-udp-timeout");

  static final Setting<Duration> CONNTRACK_UDP_STREAM =
      Setting.of(
          "conntrack.udpStreamTimeout",
          SettingType.timeout(),
          "0s",
          "UDP flows with answers are forgotten after; 0 leaves the system's value.",
          "--conntrack-udp-timeout-stream");

  static final Setting<Duration> CONFIG_SYNC_PERIOD =
      Setting.of(
              "configSyncPeriod",
              SettingType.period(),
              "15m",
              "Time between two complete lists from the Kubernetes API.",
              "--config-sync-period")
          .pending("a watch is renewed when it goes silent, and nothing is missed");

  static final Setting<Optional<Path>> KUBECONFIG =
      Setting.of(
          "clientConnection.kubeconfig",
          SettingType.text(
              "FILE",
              "write the path of a kubeconfig",
              text -> text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text))),
          "",
          "Credentials for the Kubernetes API; those of the Pod unless set. --manifests wins.",
          "--kubeconfig");

  static final Setting<Optional<Path>> MANIFESTS =
      Setting.of(
          "ferrule.manifests",
          SettingType.text(
              "DIR",
              "write the path of a folder",
              text -> text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text))),
          "",
          "Folder of Kubernetes manifests (YAML or JSON) to take Services from, instead of the"
              + " Kubernetes API.");

  static final Setting<Duration> WATCH_SILENCE =
      Setting.of(
          "ferrule.watchSilence",
          SettingType.period(),
          "75s",
          "A watch of the Kubernetes API that says nothing for so long is renewed.",
          "--watch-silence");

  static final Setting<Boolean> RESET_TCP =
      Setting.of(
          "ferrule.resetTcp",
          SettingType.truth(),
          "false",
          "Reset TCP connections whose endpoint is gone for good.",
          "--reset-tcp");

  static final Setting<Boolean> TABLE_OWNER =
      Setting.of(
          "ferrule.tableOwner",
          SettingType.truth(),
          "false",
          "Let no other program change our nftables tables while the agent runs; from Linux 6.9.",
          "--table-owner");

  static final Setting<List<Cidr>> SERVICE_RANGES =
      Setting.of(
          "ferrule.serviceRanges",
          SettingType.ranges(),
          "10.96.0.0/12,fd00:10:96::/112",
          "Where ClusterIPs are taken from, unless ServiceCIDR objects say.",
          "--service-ranges");

  static final Setting<PortRange> NODE_PORT_RANGE =
      Setting.of(
          "ferrule.nodePortRange",
          SettingType.text("FIRST-LAST", "write a range like 30000-32767", PortRange::parse),
          "30000-32767",
          "Where node ports are taken from.",
          "--node-port-range");

  static final Setting<List<Cidr>> LOAD_BALANCER_POOL =
      Setting.of(
          "ferrule.loadBalancerPool",
          SettingType.ranges(),
          "",
          "Where addresses of LoadBalancer Services are taken from; none are given out if empty.",
          "--load-balancer-pool");

  static final Setting<Path> STATE_DIRECTORY =
      Setting.of(
          "ferrule.stateDirectory",
          SettingType.text("DIR", "write an absolute path", Settings::absolute),
          "/var/lib/ferrule",
          "What must outlive a restart is kept here.",
          "--state-directory");

  static final Setting<Long> MAX_MANIFEST_SIZE =
      Setting.of(
          "ferrule.maxManifestSize",
          SettingType.byteSize(),
          "32MiB",
          "A manifest file larger than this is not read.",
          "--max-manifest-size");

  static final Setting<Counting> COUNTERS =
      Setting.of(
          "ferrule.counters",
          SettingType.text("WHAT", "write off, services or endpoints", Settings::counting),
          "off",
          "New connections to count, in mode nftables: per Service, also per endpoint, or none.",
          "--counters");

  static final Setting<Integer> METRICS_SERVICES =
      Setting.of(
          "ferrule.metricsServices",
          SettingType.count(),
          "1000",
          "Service ports with metrics of their own, those with most connections; as many endpoints.",
          "--metrics-services");

  static final Setting<Optional<Path>> CONTROL_SOCKET =
      Setting.of(
          "ferrule.controlSocket",
          SettingType.text("PATH", "write an absolute path, or off", Settings::pathOrOff),
          "/run/ferrule/ferrule.sock",
          "Where a running agent answers status, get, describe and explain; off: nowhere.",
          "--control-socket");

  /** In the order of the documentation. */
  static final List<Setting<?>> ALL =
      List.of(
          MODE,
          HOSTNAME_OVERRIDE,
          NODE_PORT_ADDRESSES,
          DETECT_LOCAL_MODE,
          CLUSTER_CIDR,
          BRIDGE_INTERFACE,
          INTERFACE_NAME_PREFIX,
          NFTABLES.masqueradeAll(),
          NFTABLES.syncPeriod(),
          NFTABLES.minSyncPeriod(),
          IPTABLES.masqueradeAll(),
          IPTABLES.syncPeriod(),
          IPTABLES.minSyncPeriod(),
          LOCALHOST_NODE_PORTS,
          MASQUERADE_BIT,
          BIND_ADDRESS,
          BIND_ADDRESS_HARD_FAIL,
          HEALTHZ_BIND_ADDRESS,
          METRICS_BIND_ADDRESS,
          CONNTRACK_MAX_PER_CORE,
          CONNTRACK_MIN,
          CONNTRACK_TCP_ESTABLISHED,
          CONNTRACK_TCP_CLOSE_WAIT,
          CONNTRACK_TCP_BE_LIBERAL,
          CONNTRACK_UDP,
          CONNTRACK_UDP_STREAM,
          KUBECONFIG,
          MANIFESTS,
          CONFIG_SYNC_PERIOD,
          RESET_TCP,
          TABLE_OWNER,
          IPTABLES_VARIANT,
          SERVICE_RANGES,
          NODE_PORT_RANGE,
          LOAD_BALANCER_POOL,
          STATE_DIRECTORY,
          CONTROL_SOCKET,
          WATCH_SILENCE,
          COUNTERS,
          METRICS_SERVICES,
          MAX_MANIFEST_SIZE);

  private Settings() {}

  private static List<Cidr> ranges(String text) {
    return List.of(text.split(",")).stream().map(String::strip).map(Cidr::parse).toList();
  }

  private static Counting counting(String text) {
    for (Counting counting : Counting.values()) {
      if (counting.text().equals(text)) {
        return counting;
      }
    }
    throw new IllegalArgumentException("\"" + text + "\" is nothing to count");
  }

  private static Optional<IptablesVariant> variant(String text) {
    if (text.equals("auto")) {
      return Optional.empty();
    }
    for (IptablesVariant variant : IptablesVariant.values()) {
      if (variant.text().equals(text)) {
        return Optional.of(variant);
      }
    }
    throw new IllegalArgumentException("\"" + text + "\" is not a kind of iptables");
  }

  private static Optional<Path> pathOrOff(String text) {
    return text.equals("off") ? Optional.empty() : Optional.of(absolute(text));
  }

  private static Path absolute(String text) {
    Path path = Path.of(text);
    if (!path.isAbsolute()) {
      throw new IllegalArgumentException("\"" + text + "\" is relative");
    }
    return path;
  }
}
