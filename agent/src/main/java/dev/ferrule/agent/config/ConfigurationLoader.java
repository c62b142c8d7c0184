// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpFamily;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Puts file, flags and defaults together. */
final class ConfigurationLoader {

  private final Supplier<String> hostName;

  ConfigurationLoader(Supplier<String> hostName) {
    this.hostName = hostName;
  }

  /**
   * @param file null: flags and defaults alone
   * @param flags win over the file
   * @param warnings takes each warning once
   * @throws ConfigurationException if a value cannot be used
   */
  Configuration load(
      @Nullable Path file, Map<Setting<?>, Written> flags, Consumer<String> warnings) {
    return read(file, flags, warnings).configuration();
  }

  /** The same with what it was made of. */
  ReadConfiguration read(
      @Nullable Path file, Map<Setting<?>, Written> flags, Consumer<String> warnings) {
    Set<String> found = new LinkedHashSet<>();
    Map<Setting<?>, Written> written = new LinkedHashMap<>();
    if (file != null) {
      written.putAll(ConfigurationFile.read(file, found::add));
    }
    written.putAll(flags);
    SettingValues values = new SettingValues(written);
    values.check();
    values.warnOfPending(found::add);
    Configuration configuration = configuration(values, found::add);
    found.forEach(warnings);
    return new ReadConfiguration(configuration, new WrittenSettings(written));
  }

  private Configuration configuration(SettingValues values, Consumer<String> warnings) {
    ProxyMode mode = values.get(Settings.MODE);
    ModeSettings section = mode == ProxyMode.NFTABLES ? Settings.NFTABLES : Settings.IPTABLES;
    boolean ipv6 = values.get(Settings.BIND_ADDRESS).family() == IpFamily.IPV6;
    return new Configuration(
        mode,
        values
            .find(Settings.HOSTNAME_OVERRIDE)
            .orElseGet(() -> hostName.get().strip().toLowerCase(Locale.ROOT)),
        values.get(Settings.BIND_ADDRESS),
        values.get(Settings.BIND_ADDRESS_HARD_FAIL),
        listenAddress(values, Settings.HEALTHZ_BIND_ADDRESS, ipv6 ? "[::]:10256" : "0.0.0.0:10256"),
        listenAddress(
            values, Settings.METRICS_BIND_ADDRESS, ipv6 ? "[::1]:10249" : "127.0.0.1:10249"),
        values
            .find(Settings.NODE_PORT_ADDRESSES)
            .orElse(mode == ProxyMode.NFTABLES ? NodePortAddresses.PRIMARY : NodePortAddresses.ALL),
        localDetection(values, warnings),
        values.get(section.masqueradeAll()),
        new IptablesSettings(
            values.get(FerruleSettings.IPTABLES_VARIANT).orElse(null),
            values.get(Settings.MASQUERADE_BIT),
            values.get(Settings.LOCALHOST_NODE_PORTS)),
        values.get(section.syncPeriod()),
        values.get(section.minSyncPeriod()),
        values.get(Settings.KUBECONFIG).orElse(null),
        manifests(values),
        values.get(Settings.CONFIG_SYNC_PERIOD),
        conntrack(values),
        values.get(FerruleSettings.RESET_TCP),
        values.get(FerruleSettings.TABLE_OWNER),
        values.get(FerruleSettings.SERVICE_RANGES),
        values.get(FerruleSettings.NODE_PORT_RANGE),
        values.get(FerruleSettings.LOAD_BALANCER_POOL),
        values.get(FerruleSettings.STATE_DIRECTORY),
        values.get(FerruleSettings.CONTROL_SOCKET).orElse(null),
        values.get(FerruleSettings.WATCH_SILENCE),
        new ObservingSettings(
            values.get(FerruleSettings.COUNTERS),
            values.get(FerruleSettings.METRICS_SERVICES),
            values.get(FerruleSettings.STATUS_PAGE),
            values.get(FerruleSettings.LOG_FORMAT)),
        values.get(FerruleSettings.MAX_MANIFEST_SIZE));
  }

  private static @Nullable ListenAddress listenAddress(
      SettingValues values, Setting<Optional<ListenAddress>> setting, String defaultText) {
    return values
        .find(setting)
        .orElseGet(() -> setting.type().reader().apply(List.of(defaultText)))
        .orElse(null);
  }

  private static LocalDetection localDetection(SettingValues values, Consumer<String> warnings) {
    return switch (values.get(Settings.DETECT_LOCAL_MODE)) {
      case CLUSTER_CIDR ->
          new LocalDetection.ClusterCidr(
              firstOfEachFamily(values.find(Settings.CLUSTER_CIDR).orElse(List.of()), warnings));
      case NODE_CIDR -> new LocalDetection.NodeCidr();
      case BRIDGE_INTERFACE ->
          new LocalDetection.BridgeInterface(needed(values, Settings.BRIDGE_INTERFACE));
      case INTERFACE_NAME_PREFIX ->
          new LocalDetection.InterfaceNamePrefix(needed(values, Settings.INTERFACE_NAME_PREFIX));
    };
  }

  private static String needed(SettingValues values, Setting<String> setting) {
    return values
        .find(setting)
        .orElseThrow(
            () ->
                values.conflict(
                    Settings.DETECT_LOCAL_MODE,
                    setting.path() + " is needed with it and is empty"));
  }

  private static List<Cidr> firstOfEachFamily(List<Cidr> ranges, Consumer<String> warnings) {
    Map<IpFamily, Cidr> first = new EnumMap<>(IpFamily.class);
    for (Cidr range : ranges) {
      Cidr earlier = first.putIfAbsent(range.family(), range);
      if (earlier != null) {
        warnings.accept(
            "clusterCIDR: " + range + " is ignored: of each family the first counts, " + earlier);
      }
    }
    return List.copyOf(first.values());
  }

  /** A folder wins over a cluster, but not one in the file over a cluster on the command line. */
  private static @Nullable Path manifests(SettingValues values) {
    boolean cluster =
        values.isFlag(Settings.KUBECONFIG) && !values.isFlag(FerruleSettings.MANIFESTS);
    return cluster ? null : values.get(FerruleSettings.MANIFESTS).orElse(null);
  }

  private static ConntrackSettings conntrack(SettingValues values) {
    return new ConntrackSettings(
        values.get(Settings.CONNTRACK_MAX_PER_CORE),
        values.get(Settings.CONNTRACK_MIN),
        values.get(Settings.CONNTRACK_TCP_ESTABLISHED),
        values.get(Settings.CONNTRACK_TCP_CLOSE_WAIT),
        values.get(Settings.CONNTRACK_TCP_BE_LIBERAL),
        values.get(Settings.CONNTRACK_UDP),
        values.get(Settings.CONNTRACK_UDP_STREAM));
  }
}
