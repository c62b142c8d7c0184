// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.Caller;
import dev.ferrule.lab.LabPod;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Addresses of the node that change while the agent runs, and what is written because of them. */
@Tag("kernel")
class NodeAddressesTest {

  private static final int PORT = 30095;

  @TempDir private static Path work;

  private static Cluster cluster;
  private static Daemon daemon;

  @BeforeAll
  static void create() {
    cluster = new Cluster(work);
    LabPod pod = cluster.pod("web-1");
    cluster.put("plain.yaml", Texts.service("plain", "10.96.1.2"));
    cluster.put("plain-slices.yaml", Texts.slice("plain", "IPv4", List.of(pod.ipv4())));
    cluster.put("ports-slices.yaml", Texts.slices("ports", List.of(pod)));
    cluster.put(
        "ports.yaml",
        Texts.service("ports", List.of("10.96.1.3", "fd00:10:96::3"), "type: NodePort")
            .replace("name: tcp, port: 80,", "name: tcp, port: 80, nodePort: " + PORT + ","));
    daemon = cluster.daemon().awaitInStep();
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  @Test
  void anIpv6AddressCountsOnceItIsNoDuplicateAndUntilItGoes() {
    String more = "fd00:192:168::77";
    int before = cluster.generation();
    try (Caller outside = Caller.in(cluster.outside(), Duration.ofSeconds(1))) {
      cluster.host().ip(List.of("addr add " + more + "/64 dev eth0"));
      Wait.untilEqual(true, () -> answers(outside, more));
      assertThat(cluster.generation()).as("one commit").isEqualTo(before + 1);
      cluster.host().ip(List.of("addr change " + more + "/64 dev eth0 preferred_lft 0"));
      cluster.host().ip(List.of("addr add fe80::77/64 dev eth0 nodad"));
      cluster.host().ip(List.of("addr add 169.254.7.7/16 dev eth0"));
      assertThat(answers(outside, more)).as("deprecated").isTrue();
      Wait.pause(Duration.ofMillis(200));
      assertThat(cluster.generation()).as("nothing to write").isEqualTo(before + 1);
      cluster.host().ip(List.of("addr del " + more + "/64 dev eth0"));
      Wait.untilEqual(before + 2, cluster::generation);
      cluster.awaitInStep();
    } finally {
      cluster.host().ip(List.of("addr flush dev eth0 to " + more));
      cluster.host().ip(List.of("addr flush dev eth0 to fe80::77"));
      cluster.host().ip(List.of("addr flush dev eth0 to 169.254.7.7"));
    }
  }

  @Test
  void newAddressesOfTheNodeObjectRewriteOnlyWhatHangsOnThem() {
    cluster.awaitInStep();
    cluster.put("node.yaml", node(cluster.node().ipv4(), cluster.node().ipv6()));
    cluster.awaitInStep();
    String ipv6 = cluster.list("list", "table", "ip6", "ferrule");
    String other = cluster.list("list", "map", "ip", "ferrule", "endpoints");
    long plain = daemon.told("default/plain");
    int before = cluster.generation();
    cluster.put("node.yaml", node("192.168.0.79", cluster.node().ipv6()));
    Wait.untilEqual(before + 1, cluster::generation);
    cluster.awaitInStep();
    assertThat(cluster.list("list", "map", "ip", "ferrule", "services"))
        .contains("192.168.0.79 . tcp . " + PORT)
        .doesNotContain(cluster.node().ipv4() + " . tcp");
    assertThat(cluster.list("list", "table", "ip6", "ferrule")).isEqualTo(ipv6);
    assertThat(cluster.list("list", "map", "ip", "ferrule", "endpoints")).isNotEqualTo(other);
    assertThat(daemon.told("default/plain")).isEqualTo(plain);
    cluster.remove("node.yaml");
    cluster.awaitInStep();
  }

  private static boolean answers(Caller caller, String address) {
    try {
      return caller.get(address, PORT).server().equals("web-1");
    } catch (IOException e) {
      return false;
    }
  }

  private static String node(String ipv4, String ipv6) {
    return """
        apiVersion: v1
        kind: Node
        metadata: {name: node1}
        status:
          addresses:
          - {type: InternalIP, address: %s}
          - {type: InternalIP, address: "%s"}
        """
        .formatted(ipv4, ipv6);
  }
}
