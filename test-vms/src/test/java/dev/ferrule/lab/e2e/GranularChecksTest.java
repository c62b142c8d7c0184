// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.e2e;

import static dev.ferrule.lab.e2e.TwoNodes.REFUSED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.LabPod;
import dev.ferrule.lab.NetNamespace;
import dev.ferrule.lab.Protocol;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of client to every kind of address of one Service with a Pod on each node. */
@Tag("kernel")
@DisplayName("[sig-network] Networking Granular Checks: Services")
class GranularChecksTest {
  private static final String CLUSTER4 = "10.96.7.1";
  private static final String CLUSTER6 = "fd00:10:96::701";
  private static final String[] PODS = {"netserver-1", "netserver-2"};

  @TempDir private static Path work;

  private static TwoNodes nodes;
  private static LabPod client;

  @BeforeAll
  static void create() {
    nodes = new TwoNodes(work);
    client = nodes.pod("client", "client", 1);
    nodes.pod("netserver-1", "netserver", 1);
    nodes.pod("netserver-2", "netserver", 2);
    nodes.service(
        "netserver", dualStack("[%s, \"%s\"]".formatted(CLUSTER4, CLUSTER6), CLUSTER4, 30001));
  }

  @AfterAll
  static void close() {
    nodes.close();
  }

  private static String dualStack(String addresses, String first, int nodePort) {
    return """
        type: NodePort, clusterIP: "%s", clusterIPs: %s, ipFamilyPolicy: RequireDualStack, ports: [\
        {name: http, port: 80, targetPort: 8080, nodePort: %d}, \
        {name: dns, port: 80, targetPort: 8080, nodePort: %d, protocol: UDP}]"""
        .formatted(first, addresses, nodePort, nodePort);
  }

  static Stream<Arguments> checks() {
    return Stream.of("pod-Service", "node-Service", "endpoint-Service")
        .flatMap(
            from ->
                Stream.of(Protocol.values())
                    .flatMap(
                        p -> Stream.of(Arguments.of(from, p, false), Arguments.of(from, p, true))));
  }

  @ParameterizedTest(name = "should function for {0}: {1}, secondary family {2}")
  @MethodSource("checks")
  void everyClientReachesEveryPod(String from, Protocol protocol, boolean six) {
    NetNamespace namespace =
        switch (from) {
          case "pod-Service" -> client.namespace();
          case "node-Service" -> nodes.host(1);
          default -> nodes.kubelet().pod("netserver-1").namespace();
        };
    nodes.reaches(namespace, new Target(six ? CLUSTER6 : CLUSTER4, 80, protocol), PODS);
    for (int node : List.of(1, 2)) {
      String address = six ? nodes.node(node).ipv6() : nodes.node(node).ipv4();
      nodes.reaches(namespace, new Target(address, 30001, protocol), PODS);
    }
  }

  @Test
  @DisplayName("should update endpoints: http and udp")
  void endpointsAreUpdated() {
    nodes.pod("updated-1", "updated", 1);
    nodes.pod("updated-2", "updated", 2);
    nodes.service("updated", dualStack("[10.96.7.2, \"fd00:10:96::702\"]", "10.96.7.2", 30002));
    for (Protocol protocol : Protocol.values()) {
      nodes.reaches(
          client.namespace(), new Target("10.96.7.2", 80, protocol), "updated-1", "updated-2");
    }
    nodes.kubelet().remove("updated-1");
    for (Protocol protocol : Protocol.values()) {
      nodes.reaches(client.namespace(), new Target("10.96.7.2", 80, protocol), "updated-2");
      nodes.reaches(client.namespace(), new Target("fd00:10:96::702", 80, protocol), "updated-2");
    }
  }

  @Test
  @DisplayName("should update nodePort: http and udp")
  void theOldNodePortStops() {
    nodes.pod("moved-1", "moved", 2);
    String addresses = "[10.96.7.3, \"fd00:10:96::703\"]";
    nodes.service("moved", dualStack(addresses, "10.96.7.3", 30003));
    for (Protocol protocol : Protocol.values()) {
      nodes.reaches(nodes.outside(), new Target(nodes.node(1).ipv4(), 30003, protocol), "moved-1");
    }
    nodes.service("moved", dualStack(addresses, "10.96.7.3", 30033));
    for (Protocol protocol : Protocol.values()) {
      nodes.reaches(nodes.outside(), new Target(nodes.node(1).ipv4(), 30033, protocol), "moved-1");
      nodes.reaches(nodes.outside(), new Target(nodes.node(1).ipv4(), 30003, protocol), REFUSED);
      nodes.reaches(nodes.outside(), new Target(nodes.node(2).ipv6(), 30003, protocol), REFUSED);
    }
  }

  @ParameterizedTest(name = "should function for client IP based session affinity: {0}")
  @ValueSource(strings = {"TCP", "UDP"})
  void aClientKeepsToItsPod(String protocol) {
    nodes.apply(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: sticky}
        spec: {selector: {app: netserver}, sessionAffinity: ClientIP, %s}
        """
            .formatted(dualStack("[10.96.7.4, \"fd00:10:96::704\"]", "10.96.7.4", 30004)));
    for (String address : List.of("10.96.7.4", "fd00:10:96::704")) {
      nodes.sticks(client.namespace(), new Target(address, 80, Protocol.valueOf(protocol)), PODS);
    }
  }

  @Test
  @DisplayName("should be able to handle large requests: http")
  void largeRequestsArriveWhole() throws IOException {
    nodes.reaches(client.namespace(), Target.tcp(CLUSTER4, 80), PODS);
    String path = "/" + "x".repeat(4000);
    for (String address : List.of(CLUSTER4, CLUSTER6)) {
      assertThat(nodes.caller(client.namespace()).page(address, 80, path).status()).isEqualTo(200);
    }
  }

  @Test
  @DisplayName("should be able to handle large requests: udp")
  void largeDatagramsArriveWhole() throws IOException {
    nodes.reaches(client.namespace(), Target.udp(CLUSTER4, 80), PODS);
    for (String address : List.of(CLUSTER4, CLUSTER6)) {
      for (int i = 0; i < 10; i++) {
        assertThat(nodes.caller(client.namespace()).ask(address, 80, 2000).server())
            .isIn(List.of(PODS));
      }
    }
    for (String address : List.of(nodes.node(1).ipv4(), nodes.node(2).ipv6())) {
      assertThat(nodes.caller(nodes.outside()).ask(address, 30001, 2000).server())
          .isIn(List.of(PODS));
    }
  }

  @Test
  @DisplayName(
      "should create a single stack or dual-stack service with a cluster ip, in both orders of the families")
  void eitherFamilyMayComeFirst() {
    nodes.apply(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: six-first}
        spec: {selector: {app: netserver}, %s}
        """
            .formatted(dualStack("[\"fd00:10:96::705\", 10.96.7.5]", "fd00:10:96::705", 30005)));
    nodes.apply(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: six-only}
        spec: {selector: {app: netserver}, clusterIP: "fd00:10:96::706", ports: [{port: 80, targetPort: 8080}]}
        """);
    for (String address : List.of("fd00:10:96::705", "10.96.7.5", "fd00:10:96::706")) {
      nodes.reaches(client.namespace(), Target.tcp(address, 80), PODS);
    }
  }
}
