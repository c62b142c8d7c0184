// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.agent.log.LogFormat;
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
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationFileTest {

  @TempDir Path directory;

  private TriedConfiguration tried = new TriedConfiguration(Path.of(""));

  @BeforeEach
  void nameTheFile() {
    tried = new TriedConfiguration(directory);
  }

  private static List<Cidr> ranges(String... texts) {
    return List.of(texts).stream().map(Cidr::parse).toList();
  }

  @Test
  void defaultsNeedNoFile() {
    Configuration defaults = tried.loadFrom(null);

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
                new ObservingSettings(Counting.OFF, 1000, StatusPageAccess.LOCAL, LogFormat.TEXT),
                32 << 20));
    assertThat(tried.load("")).isEqualTo(defaults);
    assertThat(tried.warnings()).isEmpty();
  }

  @Test
  void readsEverySetting() {
    Configuration configuration =
        tried.load(
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
              statusPage: all
              logFormat: json
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
                new ObservingSettings(Counting.ENDPOINTS, 7, StatusPageAccess.ALL, LogFormat.JSON),
                1 << 20));
  }

  @Test
  void readsTheFileThatKubeadmWrites() throws IOException, URISyntaxException {
    URL kubeadm = Objects.requireNonNull(getClass().getResource("kubeadm.yaml"));

    Configuration configuration = tried.loadWhole(Files.readString(Path.of(kubeadm.toURI())));

    assertThat(configuration.detectLocal())
        .isEqualTo(new LocalDetection.ClusterCidr(ranges("10.244.0.0/16")));
    assertThat(configuration.hostnameOverride()).isEqualTo("node-a.example");
    assertThat(configuration.syncPeriod()).isEqualTo(Duration.ofSeconds(30));
    assertThat(configuration.configSyncPeriod()).isEqualTo(Duration.ofMinutes(15));
    assertThat(configuration.healthzBindAddress()).hasToString("0.0.0.0:10256");
    assertThat(configuration.conntrack().min()).isEqualTo(131072);
    assertThat(configuration.kubeconfig())
        .isEqualTo(Path.of("/var/lib/kube-proxy/kubeconfig.conf"));
    assertThat(tried.warnings()).isEmpty();
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

    Configuration nftables = tried.load("mode: nftables\n" + body);
    Configuration iptables = tried.load("mode: iptables\n" + body);

    assertThat(nftables.masqueradeAll()).isFalse();
    assertThat(nftables.nodePortAddresses()).isEqualTo(NodePortAddresses.PRIMARY);
    assertThat(nftables.detectLocal())
        .isEqualTo(new LocalDetection.ClusterCidr(ranges("10.0.0.0/8", "fd00:10::/64")));
    assertThat(iptables.mode()).isEqualTo(ProxyMode.IPTABLES);
    assertThat(iptables.masqueradeAll()).isTrue();
    assertThat(iptables.iptables().localhostNodePorts()).isTrue();
    assertThat(tried.load("mode: iptables").nodePortAddresses()).isEqualTo(NodePortAddresses.ALL);
    assertThat(tried.load("detectLocalMode: NodeCIDR").detectLocal())
        .isEqualTo(new LocalDetection.NodeCidr());
    assertThat(tried.warnings()).isEmpty();
  }

  @Test
  void emptyAndNullMeanTheDefault() {
    Configuration configuration =
        tried.load(
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

    assertThat(configuration).isEqualTo(tried.loadFrom(null));
    assertThat(tried.warnings()).isEmpty();
  }

  @Test
  void serversFollowTheFamilyOfBindAddress() {
    Configuration configuration = tried.load("bindAddress: \"fd00::1\"\n");

    assertThat(configuration.healthzBindAddress()).hasToString("[::]:10256");
    assertThat(configuration.metricsBindAddress()).hasToString("[::1]:10249");
  }

  @Test
  void theFirstPodRangeOfEachFamilyCounts() {
    Configuration configuration =
        tried.load("clusterCIDR: 10.0.0.0/8, fd00::/48,10.1.0.0/16,10.1.0.0/16\n");

    assertThat(configuration.detectLocal())
        .isEqualTo(new LocalDetection.ClusterCidr(ranges("10.0.0.0/8", "fd00::/48")));
    assertThat(tried.warnings())
        .containsExactly(
            "clusterCIDR: 10.1.0.0/16 is ignored: of each family the first counts, 10.0.0.0/8");
  }

  @Test
  void warnsOfWhatHasNoEffect() {
    tried.load(
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

    assertThat(tried.warnings())
        .containsExactlyInAnyOrder(
            tried.file() + ":15: mode is there twice; what line 14 says is lost",
            tried.file() + ":3: unknown field nodePortAddreses (did you mean nodePortAddresses?)",
            tried.file() + ":4: unknown field ClusterCidr (did you mean clusterCIDR?)",
            tried.file() + ":5: unknown field colour",
            tried.file() + ":7: nftables.masqueradeBit is ignored: Ferrule needs no packet mark",
            tried.file() + ":8: unknown field nftables.masquerade",
            tried.file() + ":9: ipvs is ignored: mode ipvs is not offered",
            tried.file()
                + ":12: oomScoreAdj is ignored: set OOMScoreAdjust in the systemd unit instead",
            tried.file()
                + ":13: configSyncPeriod has no effect: a watch is renewed when it goes silent, and nothing is missed");
  }

  @Test
  void readsJson() {
    Configuration configuration =
        tried.loadWhole(
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
}
