// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferrule.kernel.IptablesVariant;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.nftables.Counting;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationFileTest {

  private static final String HEAD =
      "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n";

  @TempDir Path directory;

  private final ConfigurationLoader loader = new ConfigurationLoader(() -> " Node-A.Example\n");
  private final List<String> warnings = new ArrayList<>();
  private Path file = Path.of("");

  @BeforeEach
  void nameTheFile() {
    file = directory.resolve("config.yaml");
  }

  private Configuration loadWhole(String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return loader.load(file, Map.of(), warnings::add);
  }

  private Configuration load(String body) {
    return loadWhole(HEAD + body);
  }

  private static List<Cidr> ranges(String... texts) {
    return List.of(texts).stream().map(Cidr::parse).toList();
  }

  @Test
  void defaultsNeedNoFile() {
    Configuration defaults = loader.load(null, Map.of(), warnings::add);

    assertThat(defaults)
        .isEqualTo(
            new Configuration(
                ProxyMode.NFTABLES,
                "node-a.example",
                IpAddress.parse("0.0.0.0"),
                false,
                new ListenAddress(IpAddress.parse("0.0.0.0"), 10256),
                new ListenAddress(IpAddress.parse("127.0.0.1"), 10249),
                NodePortAddresses.PRIMARY,
                new LocalDetection.ClusterCidr(List.of()),
                false,
                new IptablesSettings(null, 14, true),
                Duration.ofSeconds(30),
                Duration.ZERO,
                null,
                null,
                Duration.ofMinutes(15),
                new ConntrackSettings(
                    32768,
                    131072,
                    Duration.ofHours(24),
                    Duration.ofHours(1),
                    false,
                    Duration.ZERO,
                    Duration.ZERO),
                false,
                false,
                ranges("10.96.0.0/12", "fd00:10:96::/112"),
                new PortRange(30000, 32767),
                List.of(),
                Path.of("/var/lib/ferrule"),
                Path.of("/run/ferrule/ferrule.sock"),
                Duration.ofSeconds(75),
                new ObservingSettings(Counting.OFF, 1000),
                32 << 20));
    assertThat(load("")).isEqualTo(defaults);
    assertThat(warnings).isEmpty();
  }

  @Test
  void readsEverySetting() {
    Configuration configuration =
        load(
            """
            mode: nftables
            hostnameOverride: "  Node-1 "
            bindAddress: "::"
            bindAddressHardFail: true
            healthzBindAddress: 10.0.0.1
            metricsBindAddress: "off"
            nodePortAddresses: [192.168.0.0/24, "2001:db8::/64"]
            detectLocalMode: BridgeInterface
            detectLocal:
              bridgeInterface: cni0
            nftables:
              masqueradeAll: true
              syncPeriod: 1m0s
              minSyncPeriod: 100ms
            iptables:
              masqueradeBit: 31
              localhostNodePorts: false
            clientConnection:
              kubeconfig: /etc/ferrule/kubeconfig
            configSyncPeriod: 1h
            conntrack:
              maxPerCore: 0
              min: 1
              tcpEstablishedTimeout: 0s
              tcpCloseWaitTimeout: 2h
              tcpBeLiberal: true
              udpTimeout: 3s
              udpStreamTimeout: 4s
            ferrule:
              manifests: /etc/ferrule/manifests
              resetTcp: true
              iptablesVariant: legacy
              serviceRanges: [10.0.0.0/24]
              nodePortRange: 1-2
              loadBalancerPool: [192.0.2.0/24]
              stateDirectory: /run/ferrule
              controlSocket: /run/other/socket
              watchSilence: 2m
              counters: endpoints
              metricsServices: 7
              maxManifestSize: 1MiB
            """);

    assertThat(configuration)
        .isEqualTo(
            new Configuration(
                ProxyMode.NFTABLES,
                "node-1",
                IpAddress.parse("::"),
                true,
                new ListenAddress(IpAddress.parse("10.0.0.1"), 10256),
                null,
                new NodePortAddresses(false, ranges("192.168.0.0/24", "2001:db8::/64")),
                new LocalDetection.BridgeInterface("cni0"),
                true,
                new IptablesSettings(IptablesVariant.LEGACY, 31, false),
                Duration.ofMinutes(1),
                Duration.ofMillis(100),
                Path.of("/etc/ferrule/kubeconfig"),
                Path.of("/etc/ferrule/manifests"),
                Duration.ofHours(1),
                new ConntrackSettings(
                    0,
                    1,
                    Duration.ZERO,
                    Duration.ofHours(2),
                    true,
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(4)),
                true,
                false,
                ranges("10.0.0.0/24"),
                new PortRange(1, 2),
                ranges("192.0.2.0/24"),
                Path.of("/run/ferrule"),
                Path.of("/run/other/socket"),
                Duration.ofMinutes(2),
                new ObservingSettings(Counting.ENDPOINTS, 7),
                1 << 20));
  }

  @Test
  void readsTheFileThatKubeadmWrites() throws IOException, URISyntaxException {
    URL kubeadm = Objects.requireNonNull(getClass().getResource("kubeadm.yaml"));

    Configuration configuration = loadWhole(Files.readString(Path.of(kubeadm.toURI())));

    assertThat(configuration.detectLocal())
        .isEqualTo(new LocalDetection.ClusterCidr(ranges("10.244.0.0/16")));
    assertThat(configuration.hostnameOverride()).isEqualTo("node-a.example");
    assertThat(configuration.syncPeriod()).isEqualTo(Duration.ofSeconds(30));
    assertThat(configuration.configSyncPeriod()).isEqualTo(Duration.ofMinutes(15));
    assertThat(configuration.healthzBindAddress()).hasToString("0.0.0.0:10256");
    assertThat(configuration.conntrack().min()).isEqualTo(131072);
    assertThat(configuration.kubeconfig())
        .isEqualTo(Path.of("/var/lib/kube-proxy/kubeconfig.conf"));
    assertThat(warnings).isEmpty();
  }

  @Test
  void theSectionOfTheModeCounts() {
    String body =
        """
        clusterCIDR: 10.0.0.0/8,fd00:10::/64
        detectLocalMode: ClusterCIDR
        hostnameOverride: node-1
        iptables:
          localhostNodePorts: true
          masqueradeAll: true
        nftables:
          masqueradeAll: false
        nodePortAddresses:
        - primary
        """;

    Configuration nftables = load("mode: nftables\n" + body);
    Configuration iptables = load("mode: iptables\n" + body);

    assertThat(nftables.masqueradeAll()).isFalse();
    assertThat(nftables.nodePortAddresses()).isEqualTo(NodePortAddresses.PRIMARY);
    assertThat(nftables.detectLocal())
        .isEqualTo(new LocalDetection.ClusterCidr(ranges("10.0.0.0/8", "fd00:10::/64")));
    assertThat(iptables.mode()).isEqualTo(ProxyMode.IPTABLES);
    assertThat(iptables.masqueradeAll()).isTrue();
    assertThat(iptables.iptables().localhostNodePorts()).isTrue();
    assertThat(load("mode: iptables").nodePortAddresses()).isEqualTo(NodePortAddresses.ALL);
    assertThat(load("detectLocalMode: NodeCIDR").detectLocal())
        .isEqualTo(new LocalDetection.NodeCidr());
    assertThat(warnings).isEmpty();
  }

  @Test
  void emptyAndNullMeanTheDefault() {
    Configuration configuration =
        load(
            """
            mode: ""
            hostnameOverride:
            healthzBindAddress: ""
            nodePortAddresses: []
            nftables: null
            iptables:
            conntrack: {min: null}
            ferrule: {stateDirectory: "", serviceRanges: null}
            """);

    assertThat(configuration).isEqualTo(loader.load(null, Map.of(), warnings::add));
    assertThat(warnings).isEmpty();
  }

  @Test
  void serversFollowTheFamilyOfBindAddress() {
    Configuration configuration = load("bindAddress: \"fd00::1\"\n");

    assertThat(configuration.healthzBindAddress()).hasToString("[::]:10256");
    assertThat(configuration.metricsBindAddress()).hasToString("[::1]:10249");
  }

  @Test
  void theFirstPodRangeOfEachFamilyCounts() {
    Configuration configuration =
        load("clusterCIDR: 10.0.0.0/8, fd00::/48,10.1.0.0/16,10.1.0.0/16\n");

    assertThat(configuration.detectLocal())
        .isEqualTo(new LocalDetection.ClusterCidr(ranges("10.0.0.0/8", "fd00::/48")));
    assertThat(warnings)
        .containsExactly(
            "clusterCIDR: 10.1.0.0/16 is ignored: of each family the first counts, 10.0.0.0/8");
  }

  @Test
  void warnsOfWhatHasNoEffect() {
    load(
        """
        nodePortAddreses: [primary]
        ClusterCidr: 10.0.0.0/8
        colour: green
        nftables:
          masqueradeBit: 14
          masquerade: {all: true}
        ipvs:
          strictARP: true
          scheduler: ""
        oomScoreAdj: -999
        configSyncPeriod: 1m
        mode: iptables
        mode: nftables
        """);

    assertThat(warnings)
        .containsExactlyInAnyOrder(
            file + ":15: mode is there twice; what line 14 says is lost",
            file + ":3: unknown field nodePortAddreses (did you mean nodePortAddresses?)",
            file + ":4: unknown field ClusterCidr (did you mean clusterCIDR?)",
            file + ":5: unknown field colour",
            file + ":7: nftables.masqueradeBit is ignored: Ferrule needs no packet mark",
            file + ":8: unknown field nftables.masquerade",
            file + ":9: ipvs is ignored: mode ipvs is not offered",
            file + ":12: oomScoreAdj is ignored: set OOMScoreAdjust in the systemd unit instead",
            file
                + ":13: configSyncPeriod has no effect: a watch is renewed when it goes silent, and nothing is missed");
  }

  @Test
  void readsJson() {
    Configuration configuration =
        loadWhole(
            """
            {
            \t"apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
            \t"kind": "KubeProxyConfiguration",
            \t"nodePortAddresses": ["primary"],
            \t"conntrack": {"min": 7}
            }
            """);

    assertThat(configuration.conntrack().min()).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mode: ipvs|3: mode: \"ipvs\" is not a mode of Ferrule; write nftables or iptables (ipvs and"
            + " kernelspace are not offered)",
        "mode: [nftables]|3: mode is a list, not text; write nftables or iptables (ipvs and"
            + " kernelspace are not offered)",
        "nodePortAddresses: primary|3: nodePortAddresses is \"primary\", not a list of texts; write"
            + " a list of ranges like 192.168.0.0/24, or the single word primary",
        "nodePortAddresses: [primary, 10.0.0.0/8]|3: nodePortAddresses:"
            + " \"primary\" cannot stand beside ranges; write a list of ranges like 192.168.0.0/24,"
            + " or the single word primary",
        "nodePortAddresses: [null]|3: nodePortAddresses is null, not text; write a list of ranges"
            + " like 192.168.0.0/24, or the single word primary",
        "clusterCIDR: 10.0.0.0|3: clusterCIDR: \"10.0.0.0\" is not an address range like"
            + " 10.96.0.0/12; write ranges with commas between, like 10.244.0.0/16",
        "detectLocalMode: Magic|3: detectLocalMode: \"Magic\" is no way to detect Pods; write"
            + " ClusterCIDR, NodeCIDR, BridgeInterface or InterfaceNamePrefix",
        "detectLocalMode: BridgeInterface|3: detectLocalMode: detectLocal.bridgeInterface is needed"
            + " with it and is empty; write ClusterCIDR, NodeCIDR, BridgeInterface or"
            + " InterfaceNamePrefix",
        "detectLocal: {bridgeInterface: a-name-of-16-let}|3: detectLocal.bridgeInterface:"
            + " \"a-name-of-16-let\" cannot be the name of an interface; write the name of an"
            + " interface, like cni0",
        "nftables: true|3: nftables is true, not a section; write its fields below it, further in",
        "nftables: {syncPeriod: 30}|3: nftables.syncPeriod is 30, not text; write a duration like"
            + " 30s, 1m30s or 24h",
        "iptables: {syncPeriod: soon}|3: iptables.syncPeriod: \"soon\" is not a duration; write a"
            + " duration like 30s, 1m30s or 24h",
        "conntrack: {min: -1}|3: conntrack.min: \"-1\" is not a whole number from 0 to 2147483647;"
            + " write a whole number, 0 or more",
        "conntrack: {min: \"5\"}|3: conntrack.min is \"5\", not a number; write a whole number, 0 or"
            + " more",
        "conntrack: {tcpBeLiberal: 1}|3: conntrack.tcpBeLiberal is 1, not true or false; write true"
            + " or false",
        "healthzBindAddress: here:80|3: healthzBindAddress: \"here:80\": \"here\" is not an IP"
            + " address; write an address and port like 0.0.0.0:10256 or [::]:10256, or off",
        "ferrule: {nodePortRange: 2-1}|3: ferrule.nodePortRange: \"2-1\": ports 2 to 1 are not a"
            + " range inside 1 to 65535; write a range like 30000-32767",
        "ferrule: {stateDirectory: state}|3: ferrule.stateDirectory: \"state\" is relative; write an"
            + " absolute path",
        "ferrule: {maxManifestSize: big}|3: ferrule.maxManifestSize: \"big\" is not a size; write a"
            + " size like 32MiB or a number of bytes",
      })
  void refusesWithPlaceValueAndWayOut(String body, String message) {
    assertThatThrownBy(() -> load(body + "\n"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("could not use " + file + ":" + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|1: this is no configuration; start with",
        "[]|1: this is no configuration; start with",
        "kind: KubeProxyConfiguration|1: apiVersion is missing; start with",
        "apiVersion: kubeproxy.config.k8s.io/v1alpha1|1: kind is missing; start with",
        "apiVersion: v1|1: apiVersion is \"v1\"; Ferrule reads",
      })
  void refusesOtherKindsOfFile(String text, String message) {
    assertThatThrownBy(() -> loadWhole(text))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "could not use "
                + file
                + ":"
                + message
                + " apiVersion: kubeproxy.config.k8s.io/v1alpha1, kind: KubeProxyConfiguration");
  }

  @Test
  void saysWhyAFileCannotBeRead() {
    assertThatThrownBy(() -> loader.load(file, Map.of(), warnings::add))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "could not read " + file + ": there is no such file; give its path with --config");
    assertThatThrownBy(() -> loader.load(directory, Map.of(), warnings::add))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("could not read " + directory + ": ");
    assertThatThrownBy(() -> load("a: [\n"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("could not read " + file + ": ");
  }
}
