// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.Caller;
import dev.ferrule.lab.SteadyTraffic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The image with the rights of the DaemonSet, with manifests as the source. */
@InDocker
class ContainerTest {

  private static final String WEB = "10.96.1.1";

  @TempDir private static Path work;

  private static DockerCluster cluster;
  private static Path manifests;

  @BeforeAll
  static void create() throws IOException {
    cluster = new DockerCluster();
    manifests = Files.createDirectories(work.resolve("manifests"));
    Files.createDirectories(work.resolve("state"));
    Path config = Files.createDirectories(work.resolve("config"));
    Files.writeString(
        config.resolve("config.conf"),
        """
        apiVersion: kubeproxy.config.k8s.io/v1alpha1
        kind: KubeProxyConfiguration
        clusterCIDR: %s
        """
            .formatted(DockerCluster.POD_RANGE));
    Files.writeString(
        manifests.resolve("web.yaml"),
        """
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec: {clusterIP: %s, ports: [{port: 80, targetPort: 8080}]}
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}
        addressType: IPv4
        ports: [{name: "", port: 8080}]
        endpoints: [{addresses: [%s]}, {addresses: [%s]}]
        """
            .formatted(WEB, cluster.pod("web-1", 11), cluster.pod("web-2", 12)));
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  private static AgentContainer agent(String... more) {
    return AgentContainer.start(
        cluster,
        PodTemplate.of("base"),
        java.util.stream.Stream.concat(
                java.util.stream.Stream.of("--manifests=/manifests"), List.of(more).stream())
            .toList(),
        Map.of(),
        Map.of(
            "/manifests", manifests,
            "/etc/ferrule", work.resolve("config"),
            "/var/lib/ferrule", work.resolve("state")));
  }

  @Test
  void clientReachesEveryEndpointThroughTheNode() throws IOException {
    try (AgentContainer agent = agent().awaitInStep();
        Caller client = cluster.client();
        Caller local = cluster.local()) {
      assertThat(client.spread(WEB, 80, 40)).containsOnlyKeys("web-1", "web-2");
      assertThat(local.spread(WEB, 80, 40)).containsOnlyKeys("web-1", "web-2");
      assertThat(agent.log()).doesNotContain("warning").doesNotContain("could not");
      assertThat(agent.exec("grep", "CapEff", "/proc/1/status")).contains("0000000000001000");
      assertThat(agent.exec("grep", "CapBnd", "/proc/1/status")).contains("0000000000001000");
      assertThat(agent.exec("grep", "NoNewPrivs", "/proc/1/status")).contains("1");
      assertThat(agent.exec("grep", "Seccomp:", "/proc/1/status")).contains("2");
      assertThat(agent.exec("touch", "/usr/written")).contains("Read-only file system");
      assertThat(agent.terminate()).isEqualTo(143);
    }
  }

  @Test
  void modeIptablesNeedsNoMoreRights() throws IOException {
    try (AgentContainer agent = agent("--mode=iptables", "--iptables-localhost-nodeports=false")) {
      agent.awaitInStep();
      try (Caller client = cluster.client()) {
        assertThat(client.spread(WEB, 80, 40)).containsOnlyKeys("web-1", "web-2");
      }
      assertThat(agent.log()).doesNotContain("could not");
    }
  }

  @Test
  void rollingRestartsLoseNoConnection() {
    agent().awaitInStep().terminate();
    SteadyTraffic fromOutside =
        SteadyTraffic.start(cluster.client(), WEB, 80, Duration.ofMillis(3));
    SteadyTraffic fromNode = SteadyTraffic.start(cluster.local(), WEB, 80, Duration.ofMillis(3));
    for (int round = 0; round < 3; round++) {
      AgentContainer agent = agent().awaitInStep();
      if (round == 1) {
        agent.kill();
      } else {
        assertThat(agent.terminate()).isEqualTo(143);
      }
    }
    SteadyTraffic.Tally tally = SteadyTraffic.stopAll(List.of(fromOutside, fromNode));
    assertThat(tally.failed()).isEmpty();
    assertThat(new TreeSet<>(tally.answered().keySet())).containsExactly("web-1", "web-2");
    assertThat(tally.connections()).isGreaterThan(100);
  }
}
