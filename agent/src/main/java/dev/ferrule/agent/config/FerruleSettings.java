// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import dev.ferrule.agent.log.LogFormat;
import dev.ferrule.kernel.IptablesVariant;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.nftables.Counting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Settings of our own, under the key {@code ferrule} of the file. */
final class FerruleSettings {

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

  static final Setting<Optional<IptablesVariant>> IPTABLES_VARIANT =
      Setting.of(
          "ferrule.iptablesVariant",
          SettingType.text("VARIANT", "write nft, legacy or auto", FerruleSettings::variant),
          "auto",
          "Which iptables writes the rules, nft or legacy; auto: the one that this host uses. Only"
              + " in mode iptables.",
          "--iptables-variant");

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
          SettingType.text("DIR", "write an absolute path", FerruleSettings::absolute),
          "/var/lib/ferrule",
          "What must outlive a restart is kept here.",
          "--state-directory");

  static final Setting<Optional<Path>> CONTROL_SOCKET =
      Setting.of(
          "ferrule.controlSocket",
          SettingType.text("PATH", "write an absolute path, or off", FerruleSettings::pathOrOff),
          "/run/ferrule/ferrule.sock",
          "Where a running agent answers status, top, get, describe and explain; off: nowhere.",
          "--control-socket");

  static final Setting<Duration> WATCH_SILENCE =
      Setting.of(
          "ferrule.watchSilence",
          SettingType.period(),
          "75s",
          "A watch of the Kubernetes API that says nothing for so long is renewed.",
          "--watch-silence");

  static final Setting<Counting> COUNTERS =
      Setting.of(
          "ferrule.counters",
          SettingType.text("WHAT", "write off, services or endpoints", FerruleSettings::counting),
          "off",
          "New connections to count, in mode nftables: per Service, also per endpoint, or none.");

  static final Setting<Integer> METRICS_SERVICES =
      Setting.of(
          "ferrule.metricsServices",
          SettingType.count(),
          "1000",
          "Service ports with metrics of their own, those with most connections; as many endpoints.",
          "--metrics-services");

  static final Setting<LogFormat> LOG_FORMAT =
      Setting.of(
          "ferrule.logFormat",
          SettingType.text("FORMAT", "write text or json", LogFormat::parse),
          "text",
          "How run writes to standard error: text, or json, an object a line.",
          "--log-format");

  static final Setting<StatusPageAccess> STATUS_PAGE =
      Setting.of(
          "ferrule.statusPage",
          SettingType.text("WHO", "write local, all or off", StatusPageAccess::parse),
          "local",
          "Who may see the status page, at / of the health server: local for clients on this host,"
              + " all, or off.",
          "--status-page");

  static final Setting<Long> MAX_MANIFEST_SIZE =
      Setting.of(
          "ferrule.maxManifestSize",
          SettingType.byteSize(),
          "32MiB",
          "A manifest file larger than this is not read.",
          "--max-manifest-size");

  /** In the order of the documentation. */
  static final List<Setting<?>> ALL =
      List.of(
          MANIFESTS,
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
          STATUS_PAGE,
          LOG_FORMAT,
          MAX_MANIFEST_SIZE);

  private FerruleSettings() {}

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
