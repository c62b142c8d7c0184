// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.e2e;

import static dev.ferrule.lab.e2e.TwoNodes.NO_ANSWER;
import static dev.ferrule.lab.e2e.TwoNodes.REFUSED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.LabPod;
import dev.ferrule.lab.NetNamespace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services that come, change and go, and an agent that is started again. */
@Tag("kernel")
@DisplayName("[sig-network] Services")
class ServiceChangesTest {
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

  private static Target tcp(int last) {
    return Target.tcp("10.96.7." + last, 80);
  }

  @Test
  @DisplayName(
      "should be able to change the type from ExternalName to ClusterIP, to NodePort, and back to ExternalName")
  void theTypeChangesFromAndToExternalName() {
    Target cluster = tcp(5);
    Target node = Target.tcp(nodes.node(2).ipv4(), 30005);
    String external = "type: ExternalName, externalName: example.com";
    nodes.web("typed", external);
    nodes.web("typed", "type: ClusterIP, clusterIP: 10.96.7.5, " + PORT);
    nodes.reaches(client.namespace(), cluster, "web-1", "web-2", "web-3");
    nodes.web("typed", external);
    nodes.reaches(client.namespace(), cluster, NO_ANSWER);
    nodes.web(
        "typed",
        "type: NodePort, clusterIP: 10.96.7.5, ports: [{port: 80, targetPort: 8080, nodePort: 30005}]");
    nodes.reaches(client.namespace(), cluster, "web-1", "web-2", "web-3");
    nodes.reaches(nodes.outside(), node, "web-1", "web-2", "web-3");
    nodes.web("typed", external);
    nodes.reaches(client.namespace(), cluster, NO_ANSWER);
    nodes.reaches(nodes.outside(), node, REFUSED);
  }

  @Test
  @DisplayName("should be updated after adding or deleting ports")
  void portsComeAndGo() {
    nodes.web("changing", "clusterIP: 10.96.7.9, ports: [{name: a, port: 80, targetPort: 8080}]");
    nodes.reaches(client.namespace(), tcp(9), "web-1", "web-2", "web-3");
    nodes.web(
        "changing",
        "clusterIP: 10.96.7.9, ports: [{name: a, port: 80, targetPort: 8080},"
            + " {name: b, port: 81, targetPort: 8080}]");
    nodes.reaches(client.namespace(), Target.tcp("10.96.7.9", 81), "web-1", "web-2", "web-3");
    nodes.web("changing", "clusterIP: 10.96.7.9, ports: [{name: b, port: 81, targetPort: 8080}]");
    nodes.reaches(client.namespace(), tcp(9), REFUSED);
    nodes.reaches(client.namespace(), Target.tcp("10.96.7.9", 81), "web-1", "web-2", "web-3");
  }

  @Test
  @DisplayName(
      "should be able to up and down services; should work after the service has been recreated")
  void servicesGoAndComeWithoutTouchingOthers() {
    nodes.web("up-1", "clusterIP: 10.96.7.12, " + PORT);
    nodes.web("up-2", "clusterIP: 10.96.7.13, " + PORT);
    nodes.reaches(client.namespace(), tcp(12), "web-1", "web-2", "web-3");
    nodes.reaches(client.namespace(), tcp(13), "web-1", "web-2", "web-3");
    nodes.delete("Service", "up-1");
    nodes.reaches(client.namespace(), tcp(12), NO_ANSWER);
    nodes.reaches(client.namespace(), tcp(13), "web-1", "web-2", "web-3");
    nodes.web("up-3", "clusterIP: 10.96.7.14, " + PORT);
    nodes.reaches(client.namespace(), tcp(14), "web-1", "web-2", "web-3");
    nodes.web("up-1", "clusterIP: 10.96.7.15, " + PORT);
    nodes.reaches(client.namespace(), tcp(15), "web-1", "web-2", "web-3");
    nodes.reaches(client.namespace(), tcp(12), NO_ANSWER);
  }

  @Test
  @DisplayName(
      "should have session affinity timeout work for service with type clusterIP and for NodePort service")
  void aClientThatWasAwayForLongEnoughMayGetAnotherPod() {
    nodes.web(
        "away",
        "type: NodePort, clusterIP: 10.96.7.18, ports: [{port: 80, targetPort: 8080, nodePort: 30018}],"
            + " sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 2}}");
    Map<NetNamespace, Target> clients =
        Map.of(
            client.namespace(), tcp(18), nodes.outside(), Target.tcp(nodes.node(1).ipv4(), 30018));
    Map<NetNamespace, String> first = new HashMap<>();
    clients.forEach(
        (from, to) -> first.put(from, nodes.sticks(from, to, "web-1", "web-2", "web-3")));
    // Twenty times by chance the same: less than once in a billion runs.
    Set<NetNamespace> moved = new HashSet<>();
    for (int i = 0; i < 20 && moved.size() < clients.size(); i++) {
      TwoNodes.pause(Duration.ofMillis(2300));
      clients.forEach(
          (from, to) -> {
            if (!nodes.answers(from, to, 1).contains(first.get(from))) {
              moved.add(from);
            }
          });
    }
    assertThat(moved).isEqualTo(clients.keySet());
  }

  @Test
  @DisplayName("should work after restarting kube-proxy")
  void servicesSurviveARestartOfTheAgent() {
    nodes.web("old", "clusterIP: 10.96.7.16, " + PORT);
    nodes.reaches(client.namespace(), tcp(16), "web-1", "web-2", "web-3");
    nodes.stopAgent(1);
    nodes.reaches(client.namespace(), tcp(16), "web-1", "web-2", "web-3");
    nodes.web("new", "clusterIP: 10.96.7.17, " + PORT);
    nodes.startAgent(1);
    nodes.reaches(client.namespace(), tcp(17), "web-1", "web-2", "web-3");
    nodes.reaches(client.namespace(), tcp(16), "web-1", "web-2", "web-3");
  }

  @Test
  @DisplayName("should release NodePorts on delete")
  void aNodePortIsFreeAfterItsServiceIsGone() {
    Target node = Target.tcp(nodes.node(1).ipv4(), 30019);
    String ports = "ports: [{port: 80, targetPort: 8080, nodePort: 30019}]";
    nodes.web("release", "type: NodePort, clusterIP: 10.96.7.19, " + ports);
    nodes.reaches(nodes.outside(), node, "web-1", "web-2", "web-3");
    nodes.delete("Service", "release");
    nodes.reaches(nodes.outside(), node, REFUSED);
    assertThat(nodes.host(1).exec("ss", "-Hltn").output()).doesNotContain(":30019");
    nodes.web("reuse", "type: NodePort, clusterIP: 10.96.7.20, " + ports);
    nodes.reaches(nodes.outside(), node, "web-1", "web-2", "web-3");
  }

  @Test
  @DisplayName(
      "should implement service.kubernetes.io/service-proxy-name; should implement service.kubernetes.io/headless")
  void labelledServicesAreSomebodyElses() {
    for (String label : List.of("service-proxy-name: foo", "headless: \"\"")) {
      String object =
          """
          apiVersion: v1
          kind: Service
          metadata: {name: labelled, labels: {%s}}
          spec: {selector: {app: web}, clusterIP: 10.96.7.21, ports: [{port: 80, targetPort: 8080}]}
          """;
      nodes.apply(object.formatted("service.kubernetes.io/" + label));
      nodes.reaches(client.namespace(), tcp(21), NO_ANSWER);
      nodes.apply(object.formatted(""));
      nodes.reaches(client.namespace(), tcp(21), "web-1", "web-2", "web-3");
      nodes.apply(object.formatted("service.kubernetes.io/" + label));
      nodes.reaches(client.namespace(), tcp(21), NO_ANSWER);
    }
  }
}
