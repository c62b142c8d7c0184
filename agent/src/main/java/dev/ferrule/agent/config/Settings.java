// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

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

  private static final List<Setting<?>> OF_KUBE_PROXY =
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
          CONFIG_SYNC_PERIOD);

  /** In the order of the documentation. */
  static final List<Setting<?>> ALL =
      Stream.concat(OF_KUBE_PROXY.stream(), FerruleSettings.ALL.stream()).toList();

  private Settings() {}

  static List<Cidr> ranges(String text) {
    return List.of(text.split(",")).stream().map(String::strip).map(Cidr::parse).toList();
  }
}
