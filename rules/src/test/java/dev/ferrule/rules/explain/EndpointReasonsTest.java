// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.explain;

import static dev.ferrule.rules.explain.Cluster.about;
import static dev.ferrule.rules.testing.Examples.NODE;
import static dev.ferrule.rules.testing.Examples.endpoint;
import static dev.ferrule.rules.testing.Examples.ip;
import static dev.ferrule.rules.testing.Examples.service;
import static dev.ferrule.rules.testing.Examples.slice;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.model.Endpoint;
import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.NodeView;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.Protocol;
import dev.ferrule.rules.testing.Examples;
import dev.ferrule.rules.trace.Share;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which endpoints are used, and why the others are not. */
class EndpointReasonsTest {

  private static final String POD = "10.244.3.3";
  private static final String CLUSTER_IP = "10.96.0.10";
  private static final EndpointSlice TWO = slice("10.244.0.1@node-1", "10.244.0.2@node-2");

  @Test
  void everyEndpointThatIsLeftOutHasAReason() {
    Endpoint weightless =
        new Endpoint(ip("10.244.0.5"), true, true, false, "node-1", Set.of(), Set.of(), 0);
    Answer answer =
        new Cluster()
            .with(
                service(),
                slice(
                    List.of(
                        endpoint("10.244.0.1", true, true, false, "node-1"),
                        endpoint("10.244.0.2", false, false, false, "node-1"),
                        endpoint("10.244.0.3", false, true, true, "node-1"),
                        endpoint("10.244.0.4", false, false, true, "node-1"),
                        weightless)))
            .ask(POD, CLUSTER_IP, 80);
    assertThat(about(Reason.Topic.ENDPOINTS, answer))
        .containsExactly(
            "10.244.0.2:8080 is left out: it is not ready",
            "10.244.0.3:8080 is left out: it terminates, and others are ready",
            "10.244.0.4:8080 is left out: it terminates and does not serve any more",
            "10.244.0.5:8080 is left out: its weight is 0");
  }

  @Test
  void whenAllTerminateThoseThatServeAreUsed() {
    Answer answer =
        new Cluster()
            .with(
                service(),
                slice(
                    List.of(
                        endpoint("10.244.0.3", false, true, true, "node-1"),
                        endpoint("10.244.0.4", false, false, true, "node-1"))))
            .ask(POD, CLUSTER_IP, 80);
    assertThat(answer.endpoints()).hasSize(1);
    assertThat(about(Reason.Topic.ENDPOINTS, answer))
        .startsWith("no endpoint is ready: those are used that terminate and still serve");
  }

  @Test
  void anEndpointInTwoSlicesCountsOnce() {
    EndpointSlice copy =
        new EndpointSlice(
            new ObjectName("default", "web-copy"),
            Examples.WEB,
            IpFamily.IPV4,
            TWO.ports(),
            TWO.endpoints().subList(0, 1));
    Answer answer = new Cluster().with(service(), TWO, copy).ask(POD, CLUSTER_IP, 80);
    assertThat(answer.endpoints()).extracting(Way::probability).containsOnly(new Share(1, 2));
    assertThat(about(Reason.Topic.ENDPOINTS, answer))
        .containsExactly("10.244.0.1:8080 is in 2 EndpointSlices and counts once");
  }

  @Test
  void aSliceWithoutThePortIsNamed() {
    EndpointSlice other =
        new EndpointSlice(
            new ObjectName("default", "web-x"),
            Examples.WEB,
            IpFamily.IPV4,
            List.of(new EndpointSlice.Port("metrics", Protocol.TCP, 9090)),
            TWO.endpoints());
    assertThat(
            about(
                Reason.Topic.ENDPOINTS,
                new Cluster().with(service(), other).ask(POD, CLUSTER_IP, 80)))
        .containsExactly(
            "EndpointSlice default/web-x has no port http of TCP, so its endpoints are left out");
  }

  @Test
  void hintsForTheZoneAreFollowed() {
    Answer answer = hinted(NODE, Set.of("zone-a"), Set.of("zone-b"));
    assertThat(answer.endpoints()).hasSize(1);
    assertThat(about(Reason.Topic.HINTS, answer))
        .containsExactly("topology hints: only endpoints for zone zone-a");
    assertThat(about(Reason.Topic.ENDPOINTS, answer))
        .containsExactly("10.244.0.2:8080 is left out: its hint is for zone zone-b");
  }

  @Test
  void hintsThatAreNotUsedHaveAReason() {
    assertThat(about(Reason.Topic.HINTS, hinted(NODE, Set.of("zone-a"), Set.of())))
        .containsExactly("topology hints are not used: 10.244.0.2:8080 has none for a zone");
    assertThat(about(Reason.Topic.HINTS, hinted(NODE, Set.of("zone-c"), Set.of("zone-b"))))
        .containsExactly("topology hints are not used: none names zone zone-a");
    NodeView nowhere = new NodeView("node-1", null, NODE.primaryAddresses(), List.of(), List.of());
    assertThat(about(Reason.Topic.HINTS, hinted(nowhere, Set.of("zone-a"), Set.of("zone-b"))))
        .containsExactly(
            "topology hints are not used: node node-1 has no label topology.kubernetes.io/zone");
    assertThat(about(Reason.Topic.HINTS, hinted(NODE, Set.of(), Set.of()))).isEmpty();
  }

  @Test
  void aHintForTheNodeBeatsOneForTheZone() {
    Answer answer =
        new Cluster()
            .with(
                service(),
                slice(
                    List.of(
                        hint("10.244.0.1", Set.of("zone-a"), Set.of("node-1")),
                        hint("10.244.0.2", Set.of("zone-a"), Set.of("node-2")))))
            .ask(POD, CLUSTER_IP, 80);
    assertThat(about(Reason.Topic.HINTS, answer))
        .containsExactly("topology hints: only endpoints for node node-1");
    assertThat(about(Reason.Topic.ENDPOINTS, answer))
        .containsExactly("10.244.0.2:8080 is left out: its hint is for node node-2");
  }

  private static Answer hinted(NodeView node, Set<String> one, Set<String> other) {
    return new Cluster(node, Examples.SETTINGS)
        .with(
            service(),
            slice(List.of(hint("10.244.0.1", one, Set.of()), hint("10.244.0.2", other, Set.of()))))
        .ask(POD, CLUSTER_IP, 80);
  }

  private static Endpoint hint(String address, Set<String> zones, Set<String> nodes) {
    return new Endpoint(ip(address), true, true, false, "node-1", zones, nodes);
  }
}
