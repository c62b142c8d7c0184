// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.LabPod;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code trafficDistribution} as a proxy sees it: by the hints that the EndpointSlice controller
 * makes of it. Each node is a zone of its own.
 */
@Tag("kernel")
@DisplayName("[sig-network] Traffic Distribution")
class TrafficDistributionTest {
  private static final int REQUESTS = 10;

  @TempDir private static Path work;

  private static TwoNodes nodes;
  private static LabPod here;
  private static LabPod there;
  private static LabPod web1;
  private static LabPod web2;
  private static LabPod web3;

  @BeforeAll
  static void create() {
    nodes = new TwoNodes(work);
    here = nodes.pod("client-1", "client", 1);
    there = nodes.pod("client-2", "client", 2);
    web1 = nodes.pod("web-1", "web", 1);
    web2 = nodes.pod("web-2", "web", 2);
    web3 = nodes.pod("web-3", "web", 2);
    for (int node : List.of(1, 2)) {
      nodes.apply(
          """
          apiVersion: v1
          kind: Node
          metadata: {name: node%d, labels: {topology.kubernetes.io/zone: zone-%d}}
          status: {addresses: [{type: InternalIP, address: %s}, {type: InternalIP, address: "%s"}]}
          """
              .formatted(node, node, nodes.node(node).ipv4(), nodes.node(node).ipv6()));
    }
  }

  @AfterAll
  static void close() {
    nodes.close();
  }

  private static String endpoint(LabPod pod, String hints) {
    return "{addresses: [%s], nodeName: %s, hints: {%s}}"
        .formatted(pod.ipv4(), pod.node().name(), hints);
  }

  private static String zone(LabPod pod) {
    return endpoint(pod, "forZones: [{name: zone-%d}]".formatted(pod.node().number()));
  }

  private static Target service(String name, int last, String... endpoints) {
    nodes.apply(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: %s}
        spec: {clusterIP: 10.96.7.%d, ports: [{name: http, port: 80}]}
        """
            .formatted(name, last));
    nodes.apply(
        """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: %s-1, labels: {kubernetes.io/service-name: %s}}
        addressType: IPv4
        ports: [{name: http, port: 8080}]
        endpoints: [%s]
        """
            .formatted(name, name, String.join(", ", endpoints)));
    return Target.tcp("10.96.7." + last, 80);
  }

  private static void goesTo(LabPod client, Target target, String... pods) {
    nodes.reaches(client.namespace(), target, pods);
    assertThat(nodes.answers(client.namespace(), target, REQUESTS)).isSubsetOf(Set.of(pods));
  }

  @Test
  @DisplayName(
      "should route traffic to an endpoint in the same zone when using PreferSameZone; PreferClose")
  void theSameZoneIsPreferred() {
    Target target = service("zones", 1, zone(web1), zone(web2), zone(web3));
    goesTo(here, target, "web-1");
    goesTo(there, target, "web-2", "web-3");
  }

  @Test
  @DisplayName(
      "should route traffic correctly between pods on multiple nodes when one zone has no endpoints")
  void aZoneWithoutEndpointsUsesAll() {
    Target target = service("lonely", 2, zone(web2), zone(web3));
    goesTo(here, target, "web-2", "web-3");
    goesTo(there, target, "web-2", "web-3");
  }

  @Test
  @DisplayName(
      "should route traffic to an endpoint on the same node when using PreferSameNode, and fall back when it has none")
  void theSameNodeIsPreferred() {
    String zones = "forZones: [{name: zone-%d}], forNodes: [{name: node%d}]";
    Target target =
        service(
            "node",
            3,
            endpoint(web1, zones.formatted(1, 1)),
            endpoint(web2, zones.formatted(1, 2)));
    goesTo(here, target, "web-1");
    goesTo(there, target, "web-2");
    service(
        "node", 3, endpoint(web2, zones.formatted(2, 2)), endpoint(web3, zones.formatted(2, 2)));
    goesTo(here, target, "web-2", "web-3");
  }
}
