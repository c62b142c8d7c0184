// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.e2e;

import static dev.ferrule.lab.e2e.TwoNodes.REFUSED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.LabPod;
import dev.ferrule.lab.NetNamespace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services as Pods, nodes and the world outside see them. */
@Tag("kernel")
@DisplayName("[sig-network] Services")
class ServicesTest {
  private static final String PORT = "ports: [{port: 80, targetPort: 8080}]";

  @TempDir private static Path work;

  private static TwoNodes nodes;
  private static LabPod client;

  @BeforeAll
  static void create() {
    nodes = new TwoNodes(work);
    client = nodes.pod("client", "client", 1);
    nodes.webPods();
  }

  @AfterAll
  static void close() {
    nodes.close();
  }

  private static List<NetNamespace> everywhere() {
    return List.of(client.namespace(), nodes.host(1), nodes.host(2));
  }

  private static Target tcp(int last) {
    return Target.tcp("10.96.7." + last, 80);
  }

  @Test
  @DisplayName("should serve a basic endpoint from pods")
  void endpointsFollowPods() {
    nodes.service("basic", "clusterIP: 10.96.7.1, " + PORT);
    nodes.reaches(client.namespace(), tcp(1), REFUSED);
    nodes.pod("basic-1", "basic", 1);
    nodes.reaches(client.namespace(), tcp(1), "basic-1");
    nodes.pod("basic-2", "basic", 2);
    nodes.reaches(client.namespace(), tcp(1), "basic-1", "basic-2");
    nodes.kubelet().remove("basic-1");
    nodes.reaches(client.namespace(), tcp(1), "basic-2");
    nodes.kubelet().remove("basic-2");
    nodes.reaches(client.namespace(), tcp(1), REFUSED);
  }

  @Test
  @DisplayName("should serve multiport endpoints from pods")
  void portsOfDifferentPodsAreToldApart() {
    nodes.service(
        "multi",
        "clusterIP: 10.96.7.2, ports: [{name: one, port: 81, targetPort: one},"
            + " {name: two, port: 82, targetPort: two}]");
    nodes.pod("multi-1", "multi", 1, "{name: one, containerPort: 100}");
    nodes.pod("multi-2", "multi", 2, "{name: two, containerPort: 101}");
    nodes.reaches(client.namespace(), Target.tcp("10.96.7.2", 81), "multi-1");
    nodes.reaches(client.namespace(), Target.tcp("10.96.7.2", 82), "multi-2");
    nodes.kubelet().remove("multi-1");
    nodes.reaches(client.namespace(), Target.tcp("10.96.7.2", 81), REFUSED);
    nodes.reaches(client.namespace(), Target.tcp("10.96.7.2", 82), "multi-2");
  }

  @Test
  @DisplayName(
      "should support named targetPorts that resolve to different ports on different endpoints")
  void aNamedPortIsAnotherNumberInEachPod() {
    nodes.service("named", "clusterIP: 10.96.7.3, ports: [{port: 80, targetPort: main}]");
    nodes.pod("named-1", "named", 1, "{name: main, containerPort: 3001}");
    nodes.pod("named-2", "named", 2, "{name: main, containerPort: 3002}");
    nodes.reaches(client.namespace(), tcp(3), "named-1", "named-2");
  }

  @Test
  @DisplayName("should be able to create a functioning NodePort service")
  void aNodePortAnswersOnEachNode() {
    nodes.web(
        "ports",
        "type: NodePort, clusterIP: 10.96.7.4, ports: [{port: 80, targetPort: 8080, nodePort: 30004}]");
    for (NetNamespace from : everywhere()) {
      nodes.reaches(from, tcp(4), "web-1", "web-2", "web-3");
      for (int node : List.of(1, 2)) {
        nodes.reaches(from, Target.tcp(nodes.node(node).ipv4(), 30004), "web-1", "web-2", "web-3");
      }
    }
    nodes.reaches(
        nodes.outside(), Target.tcp(nodes.node(2).ipv4(), 30004), "web-1", "web-2", "web-3");
  }

  @Test
  @DisplayName(
      "should have session affinity work for service with type clusterIP and for NodePort service, and be able to switch it")
  void affinityIsSwitchedOnAndOff() {
    String type =
        "type: NodePort, clusterIP: 10.96.7.6, ports: [{port: 80, targetPort: 8080, nodePort: 30006}], sessionAffinity: ";
    Target node = Target.tcp(nodes.node(1).ipv4(), 30006);
    for (int round = 0; round < 2; round++) {
      nodes.web("sticky", type + "ClientIP");
      nodes.sticks(client.namespace(), tcp(6), "web-1", "web-2", "web-3");
      nodes.sticks(nodes.outside(), node, "web-1", "web-2", "web-3");
      nodes.web("sticky", type + "None");
      nodes.reaches(client.namespace(), tcp(6), "web-1", "web-2", "web-3");
      nodes.reaches(nodes.outside(), node, "web-1", "web-2", "web-3");
    }
  }

  @Test
  @DisplayName("should serve endpoints on same port and different protocols")
  void twoProtocolsOnOnePort() {
    String both =
        "[{name: t, port: 80, targetPort: 8080}, {name: u, port: 80, targetPort: 8080, protocol: UDP}]";
    nodes.web("protocols", "clusterIP: 10.96.7.7, ports: " + both);
    Target udp = Target.udp("10.96.7.7", 80);
    nodes.reaches(client.namespace(), tcp(7), "web-1", "web-2", "web-3");
    nodes.reaches(client.namespace(), udp, "web-1", "web-2", "web-3");
    nodes.web(
        "protocols",
        "clusterIP: 10.96.7.7, ports: [{name: u, port: 80, targetPort: 8080, protocol: UDP}]");
    nodes.reaches(client.namespace(), tcp(7), REFUSED);
    nodes.reaches(client.namespace(), udp, "web-1", "web-2", "web-3");
  }

  @Test
  @DisplayName(
      "should be able to update service type to NodePort listening on same port number but different protocols")
  void twoProtocolsOnOneNodePort() {
    nodes.web("both", "clusterIP: 10.96.7.8, " + PORT);
    nodes.reaches(client.namespace(), tcp(8), "web-1", "web-2", "web-3");
    nodes.web(
        "both",
        "type: NodePort, clusterIP: 10.96.7.8, ports: [{name: t, port: 80, targetPort: 8080, nodePort: 30008},"
            + " {name: u, port: 80, targetPort: 8080, nodePort: 30008, protocol: UDP}]");
    nodes.reaches(
        nodes.outside(), Target.tcp(nodes.node(1).ipv4(), 30008), "web-1", "web-2", "web-3");
    nodes.reaches(
        nodes.outside(), Target.udp(nodes.node(2).ipv4(), 30008), "web-1", "web-2", "web-3");
  }

  @Test
  @DisplayName("Service endpoints latency should not be very high")
  void endpointsAreThereSoon() {
    List<Duration> latencies = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      Target target = Target.tcp("10.96.8." + (i + 1), 80);
      long start = System.nanoTime();
      nodes.web("soon-" + i, "clusterIP: " + target.address() + ", " + PORT);
      while (!nodes.briefly(client.namespace(), target).startsWith("web-")) {
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(50));
      }
      latencies.add(Duration.ofNanos(System.nanoTime() - start));
    }
    assertThat(latencies.stream().sorted().toList().get(latencies.size() / 2))
        .isLessThan(Duration.ofSeconds(20));
  }

  @Test
  @DisplayName("should preserve source pod IP for traffic thru service cluster IP")
  void aPodIsSeenWithItsOwnAddress() throws IOException {
    nodes.service("seen", "clusterIP: 10.96.7.10, " + PORT);
    nodes.pod("seen-2", "seen", 2);
    nodes.reaches(client.namespace(), tcp(10), "seen-2");
    assertThat(nodes.caller(client.namespace()).get("10.96.7.10", 80).source())
        .isEqualTo(client.ipv4());
  }

  @Test
  @DisplayName("should allow pods to hairpin back to themselves through services")
  void aPodReachesItself() {
    nodes.service("self", "clusterIP: 10.96.7.11, " + PORT);
    LabPod self = nodes.pod("self-1", "self", 2);
    nodes.reaches(self.namespace(), tcp(11), "self-1");
  }

  @Test
  @DisplayName(
      "should be possible to connect to a service via ExternalIP when the external IP is not assigned to a node")
  void anExternalIpNeedsNoInterface() {
    nodes.route("203.0.113.250", 2);
    nodes.web("external", "clusterIP: 10.96.7.18, externalIPs: [203.0.113.250], " + PORT);
    nodes.reaches(nodes.outside(), Target.tcp("203.0.113.250", 80), "web-1", "web-2", "web-3");
    nodes.reaches(client.namespace(), Target.tcp("203.0.113.250", 80), "web-1", "web-2", "web-3");
  }
}
