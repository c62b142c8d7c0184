// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.Caller;
import dev.ferrule.lab.Command;
import dev.ferrule.lab.LabPod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code ferrule restore} on a node that has neither rules nor addresses yet. */
@Tag("kernel")
class RestoreTest {

  private static final int PORT = 30095;
  private static final String RANGE = "192.168.0.0/24";

  @TempDir private Path work;

  private Cluster cluster;
  private LabPod pod;

  @BeforeEach
  void create() {
    cluster = new Cluster(work);
    pod = cluster.pod("web-1");
    cluster.put("web-slices.yaml", Texts.slices("web", List.of(pod)));
    cluster.put(
        "web.yaml",
        Texts.service("web", List.of("10.96.1.3"), "type: NodePort")
            .replace("name: tcp, port: 80,", "name: tcp, port: 80, nodePort: " + PORT + ","));
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private void networkDown() {
    cluster.host().ip(List.of("addr del " + cluster.node().ipv4() + "/24 dev eth0"));
  }

  /** The routes go with the address that they name. */
  private void networkUp() {
    cluster
        .host()
        .ip(
            List.of(
                "addr replace " + cluster.node().ipv4() + "/24 dev eth0",
                "route replace default via 192.168.0.1 src " + cluster.node().ipv4(),
                "route replace %s/32 dev %s src %s"
                    .formatted(pod.ipv4(), pod.cable(), cluster.node().ipv4())));
  }

  private void assertAnswers() throws IOException {
    try (Caller outside = Caller.in(cluster.outside())) {
      assertThat(outside.get(cluster.node().ipv4(), PORT).server()).isEqualTo("web-1");
    }
  }

  private void awaitRemembered() {
    Path file = work.resolve("addresses.state");
    Wait.until(Wait.PATIENCE, () -> Files.exists(file));
    assertThat(file).content().contains("\n" + cluster.node().ipv4() + "\n");
  }

  @ParameterizedTest
  @EnumSource
  void theFirstPacketAfterANetworkIsThereIsServed(Mode mode) throws IOException {
    String[] flags = mode.flags("--nodeport-addresses", RANGE);
    Daemon last = cluster.daemon(flags).awaitInStep();
    awaitRemembered();
    last.terminate();
    String launcher = cluster.commandLine("cleanup").get(0);
    assertThat(cluster.host().exec(launcher, "cleanup").exit()).isZero();
    assertThat(mode.traces(cluster.host())).isEmpty();
    networkDown();

    Command.Result restored = cluster.ferrule("restore", flags);
    assertThat(restored.exit()).as(restored.said()).isZero();
    assertThat(restored.errors())
        .contains("restored from", "1 Service, ", "no interface has these addresses yet")
        .contains(cluster.node().ipv4());
    assertThat(restored.output()).isEmpty();
    networkUp();
    assertAnswers();

    networkDown();
    Daemon next = cluster.daemon(flags).awaitInStep();
    assertThat(next.errors()).doesNotContain("committed in");
    networkUp();
    assertAnswers();
    Wait.pause(Duration.ofMillis(300));
    networkDown();
    next.awaitError("gone: " + cluster.node().ipv4() + ":" + PORT + "/tcp");
  }

  @Test
  void rulesThatAreThereStayAsTheyAre() {
    Daemon daemon = cluster.daemon().awaitInStep();
    int before = cluster.generation();
    cluster.remove("web.yaml");
    Wait.until(Wait.PATIENCE, () -> daemon.told("- Service default/web") > 0);
    daemon.terminate();
    int after = cluster.generation();
    assertThat(after).isGreaterThan(before);
    cluster.put("other.yaml", Texts.service("other", "10.96.1.9"));
    Command.Result restored = cluster.ferrule("restore");
    assertThat(restored.exit()).isZero();
    assertThat(restored.errors()).isEqualTo("nothing to restore: rules of ours are in force\n");
    assertThat(cluster.generation()).isEqualTo(after);
    assertThat(work.resolve("restored.state")).doesNotExist();
  }

  @Test
  void damagedAddressesAreNamedAndTheRestIsRestored() throws IOException {
    Files.writeString(work.resolve("addresses.state"), "ferrule-addresses 1 0 0\n192.168.0.9\n");
    Command.Result restored = cluster.ferrule("restore");
    assertThat(restored.exit()).isZero();
    assertThat(restored.errors())
        .contains("addresses.state is damaged: its checksum is wrong; it is not used")
        .contains("restored from");
    assertAnswers();
  }

  @Test
  void ofAClusterWithoutAUsableStateNothingIsTouched() throws IOException {
    Path kubeconfig = work.resolve("kubeconfig");
    Files.writeString(
        kubeconfig,
        """
        apiVersion: v1
        kind: Config
        current-context: c
        clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}]
        contexts: [{name: c, context: {cluster: c, user: c}}]
        users: [{name: c, user: {}}]
        """);
    int before = cluster.generation();
    Command.Result none = cluster.ferruleOverApi("restore", kubeconfig);
    assertThat(none.exit()).as(none.said()).isZero();
    assertThat(none.errors().lines()).hasSize(1);
    assertThat(none.errors()).contains("nothing of a cluster is saved yet", "cluster.state");

    Files.writeString(work.resolve("cluster.state"), "ferrule-state 1 00000000 0\nhalf");
    Command.Result damaged = cluster.ferruleOverApi("restore", kubeconfig);
    assertThat(damaged.exit()).isEqualTo(1);
    assertThat(damaged.errors().lines()).hasSize(1);
    assertThat(damaged.errors()).contains("cluster.state is damaged: its checksum is wrong");
    assertThat(cluster.generation()).isEqualTo(before);
    assertThat(work.resolve("restored.state")).doesNotExist();
  }
}
