// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.e2e;

import static dev.ferrule.lab.e2e.TwoNodes.NO_ANSWER;
import static dev.ferrule.lab.e2e.TwoNodes.REFUSED;
import static dev.ferrule.lab.e2e.TwoNodes.eventually;

import dev.ferrule.lab.NetNamespace;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which endpoints of a Service are used: unready ones, terminating ones, those of a policy. */
@Tag("kernel")
@DisplayName("[sig-network] Services")
class ServiceEndpointsTest {
  private static final String PORT = "ports: [{port: 80, targetPort: 8080}]";

  @TempDir private static Path work;

  private static TwoNodes nodes;
  private static NetNamespace here;
  private static NetNamespace there;

  @BeforeAll
  static void create() {
    nodes = new TwoNodes(work);
    here = nodes.pod("client-1", "client", 1).namespace();
    there = nodes.pod("client-2", "client", 2).namespace();
  }

  @AfterAll
  static void close() {
    nodes.close();
  }

  private static Target tcp(int last) {
    return Target.tcp("10.96.7." + last, 80);
  }

  private static Target nodePort(int node, int port) {
    return Target.tcp(nodes.node(node).ipv4(), port);
  }

  @Test
  @DisplayName("should create endpoints for unready pods")
  void unreadyPodsAreServedWhilePublished() {
    nodes.pod("slow-1", "slow", 1);
    nodes.kubelet().setReady("slow-1", false);
    nodes.service("slow", "clusterIP: 10.96.7.1, publishNotReadyAddresses: true, " + PORT);
    nodes.reaches(here, tcp(1), "slow-1");
    nodes.service("slow", "clusterIP: 10.96.7.1, publishNotReadyAddresses: false, " + PORT);
    nodes.reaches(here, tcp(1), REFUSED);
    nodes.service("slow", "clusterIP: 10.96.7.1, publishNotReadyAddresses: true, " + PORT);
    nodes.reaches(here, tcp(1), "slow-1");
  }

  @Test
  @DisplayName(
      "should be able to connect to terminating and unready endpoints if PublishNotReadyAddresses is true, and not if it is false")
  void terminatingAndUnreadyPodsAreServedOnlyIfPublished() {
    nodes.pod("going-1", "going", 1);
    String spec =
        "type: NodePort, clusterIP: 10.96.7.2, ports: [{port: 80, targetPort: 8080, nodePort: 30002}], publishNotReadyAddresses: ";
    nodes.service("going", spec + "true");
    nodes.kubelet().setReady("going-1", false);
    nodes.kubelet().terminate("going-1");
    for (Target target : List.of(tcp(2), nodePort(1, 30002), nodePort(2, 30002))) {
      nodes.reaches(there, target, "going-1");
    }
    nodes.service("going", spec + "false");
    for (Target target : List.of(tcp(2), nodePort(1, 30002), nodePort(2, 30002))) {
      nodes.reaches(there, target, REFUSED);
    }
  }

  @Test
  @DisplayName("should be rejected when no endpoints exist")
  void aServiceWithoutEndpointsRefuses() {
    nodes.service(
        "gone",
        "type: NodePort, clusterIP: 10.96.7.3, ports: [{port: 80, targetPort: 8080, nodePort: 30003}]");
    for (NetNamespace from : List.of(here, nodes.host(1), nodes.host(2), nodes.outside())) {
      nodes.reaches(from, nodePort(1, 30003), REFUSED);
    }
    nodes.reaches(here, tcp(3), REFUSED);
    nodes.pod("gone-1", "gone", 1);
    nodes.reaches(here, tcp(3), "gone-1");
    nodes.kubelet().remove("gone-1");
    nodes.reaches(here, tcp(3), REFUSED);
  }

  @Test
  @DisplayName("should be rejected for evicted pods (no endpoints exist)")
  void anEvictedPodIsNoEndpoint() {
    nodes.pod("evicted-1", "evicted", 1);
    nodes.service(
        "evicted",
        "type: NodePort, clusterIP: 10.96.7.4, ports: [{port: 80, targetPort: 8080, nodePort: 30004}]");
    nodes.reaches(here, tcp(4), "evicted-1");
    nodes.kubelet().evict("evicted-1");
    for (NetNamespace from : List.of(here, there, nodes.host(1), nodes.host(2))) {
      nodes.reaches(from, tcp(4), REFUSED);
      nodes.reaches(from, nodePort(1, 30004), REFUSED);
    }
    nodes.reaches(nodes.outside(), nodePort(2, 30004), REFUSED);
  }

  @Test
  @DisplayName(
      "should respect internalTrafficPolicy=Local Pod to Pod; Pod (hostNetwork: true) to Pod")
  void internalLocalStaysOnTheNode() {
    nodes.pod("near-1", "near", 1);
    nodes.service("near", "clusterIP: 10.96.7.5, internalTrafficPolicy: Local, " + PORT);
    nodes.reaches(here, tcp(5), "near-1");
    nodes.reaches(nodes.host(1), tcp(5), "near-1");
    nodes.reaches(there, tcp(5), NO_ANSWER);
    nodes.reaches(nodes.host(2), tcp(5), NO_ANSWER);
  }

  @Test
  @DisplayName(
      "should respect internalTrafficPolicy=Local Pod and Node, to Pod (hostNetwork: true)")
  void internalLocalReachesTheNodesOwnServer() {
    nodes.hostNetworkServer("host-1", 1, 9080);
    nodes.apply(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: host}
        spec:
          clusterIP: 10.96.7.6
          internalTrafficPolicy: Local
          ports: [{name: http, port: 80, targetPort: 9080}]
        """);
    nodes.apply(
        """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: host-1, labels: {kubernetes.io/service-name: host}}
        addressType: IPv4
        ports: [{name: http, port: 9080}]
        endpoints: [{addresses: [%s], nodeName: node1}]
        """
            .formatted(nodes.node(1).ipv4()));
    nodes.reaches(here, tcp(6), "host-1");
    nodes.reaches(nodes.host(1), tcp(6), "host-1");
    nodes.reaches(there, tcp(6), NO_ANSWER);
    nodes.reaches(nodes.host(2), tcp(6), NO_ANSWER);
  }

  @Test
  @DisplayName(
      "should fallback to terminating endpoints when there are no ready endpoints with internalTrafficPolicy=Cluster and with externalTrafficPolicy=Cluster")
  void terminatingPodsAreTheLastResort() {
    String spec =
        "type: NodePort, clusterIP: 10.96.7.7, ports: [{port: 80, targetPort: 8080, nodePort: 30007}]";
    nodes.pod("last-1", "last", 1);
    nodes.pod("last-2", "last", 2);
    nodes.service("last", spec);
    nodes.kubelet().terminate("last-1");
    nodes.reaches(here, tcp(7), "last-2");
    nodes.kubelet().terminate("last-2");
    for (NetNamespace from : List.of(here, there, nodes.host(1))) {
      nodes.reaches(from, tcp(7), "last-1", "last-2");
    }
    nodes.reaches(nodes.outside(), nodePort(1, 30007), "last-1", "last-2");
  }

  @Test
  @DisplayName(
      "should fallback to local terminating endpoints when there are no ready endpoints with internalTrafficPolicy=Local and with externalTrafficPolicy=Local")
  void terminatingPodsOfTheNodeAreTheLastResortOfLocal() {
    String spec =
        "type: NodePort, clusterIP: 10.96.7.8, internalTrafficPolicy: Local,"
            + " externalTrafficPolicy: Local, ports: [{port: 80, targetPort: 8080, nodePort: 30008}]";
    nodes.pod("stay-1", "stay", 1);
    nodes.service("stay", spec);
    nodes.reaches(here, tcp(8), "stay-1");
    nodes.kubelet().terminate("stay-1");
    nodes.reaches(here, tcp(8), "stay-1");
    nodes.reaches(there, tcp(8), NO_ANSWER);
    nodes.reaches(nodes.outside(), nodePort(1, 30008), "stay-1");
    nodes.reaches(nodes.outside(), nodePort(2, 30008), NO_ANSWER);
  }

  @Test
  @DisplayName("should fail health check node port if there are only terminating endpoints")
  void aNodeWithTerminatingPodsOnlyIsUnhealthyButServes() {
    nodes.pod("drain-1", "drain", 1);
    nodes.service(
        "drain",
        "type: LoadBalancer, clusterIP: 10.96.7.9, externalTrafficPolicy: Local, healthCheckNodePort: 32009,"
            + " ports: [{port: 80, targetPort: 8080, nodePort: 30009}]");
    eventually(200, () -> nodes.health(1, 32009));
    eventually(503, () -> nodes.health(2, 32009));
    nodes.kubelet().terminate("drain-1");
    eventually(503, () -> nodes.health(1, 32009));
    nodes.reaches(nodes.outside(), nodePort(1, 30009), "drain-1");
  }
}
