// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.fleet.FleetNode;
import dev.ferrule.lab.fleet.FleetPod;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the client outside sees of Services, over several kernels. */
@Tag("quick")
class NodePortVmTest extends Scenario {

  /** By chance a Pod of three is not among forty answers once in ten million times. */
  private static final int ENOUGH = 40;

  @Test
  void aNodePortOfEveryNodeReachesThePodsOfEveryNode() {
    Set<String> all = pods.ready().stream().map(FleetPod::name).collect(Collectors.toSet());
    assertThat(pods.ready().stream().map(FleetPod::node).distinct())
        .containsExactlyInAnyOrderElementsOf(
            fleet.nodes().subList(0, Math.min(3, fleet.nodes().size())));
    for (FleetNode node : fleet.nodes()) {
      for (String address : List.of(node.ipv4(), node.ipv6())) {
        assertThat(podsOf(Ask.http(fleet.client(), address, WEB, ENOUGH)))
            .as("TCP to " + address)
            .isEqualTo(all);
        assertThat(podsOf(Ask.udp(fleet.client(), address, UDP, ENOUGH)))
            .as("UDP to " + address)
            .isEqualTo(all);
      }
    }
  }

  @Test
  void podsAndNodesReachTheClusterAddress() {
    for (FleetNode node : fleet.nodes()) {
      assertThat(Ask.http(node.vm(), "10.96.1.1", 80, 3)).hasSize(3);
      assertThat(Ask.http(node.vm(), "fd00:10:96::1:1", 80, 3)).hasSize(3);
    }
    FleetPod pod = pods.ready().get(0);
    assertThat(
            pod.node()
                .vm()
                .must(
                    "for i in $(seq 12); do ip netns exec %s curl --silent --show-error --max-time 10 http://10.96.1.1/; done"
                        .formatted(pod.name()))
                .lines())
        .hasSize(12)
        .as("a Pod is seen under its own address, but for the connection to itself")
        .filteredOn(line -> !line.startsWith(pod.name() + " "))
        .allMatch(line -> line.endsWith(" " + pod.ipv4()));
  }

  @Test
  void theLocalPolicyKeepsTheClientsAddressAndANodeWithoutPodsTakesNothing() {
    FleetNode first = fleet.node(1);
    FleetNode second = fleet.node(2);
    assertThat(Ask.http(fleet.client(), second.ipv4(), LOCAL, 10))
        .allSatisfy(
            answer -> {
              assertThat(answer.node()).isEqualTo(second.name());
              assertThat(answer.source()).isEqualTo("10.88.0.100");
            });
    assertThat(Ask.http(fleet.client(), first.ipv4(), WEB, 20))
        .filteredOn(answer -> !answer.node().equals(first.name()))
        .as("to the Pods of others the node speaks for the client")
        .isNotEmpty()
        .allSatisfy(answer -> assertThat(answer.source()).isEqualTo(first.ipv4()));
    List<FleetPod> there = pods.ready().stream().filter(pod -> pod.node().equals(second)).toList();
    there.forEach(pod -> pods.move(pod.name(), first));
    try {
      assertThat(Ask.exit(fleet.client(), second.ipv4(), LOCAL)).as("no answer").isEqualTo(28);
      assertThat(Ask.exit(fleet.client(), first.ipv4(), LOCAL)).isZero();
    } finally {
      there.forEach(pod -> pods.move(pod.name(), second));
    }
  }

  @Test
  void aClientKeepsItsPodThroughEachNodeAlsoOverARestartOfTheAgent() {
    for (FleetNode node : fleet.nodes()) {
      Set<String> first = podsOf(Ask.http(fleet.client(), node.ipv4(), STICKY, 15));
      assertThat(first).hasSize(1);
      node.vm().must("systemctl restart ferrule");
      assertThat(podsOf(Ask.http(fleet.client(), node.ipv4(), STICKY, 15))).isEqualTo(first);
    }
  }

  private static Set<String> podsOf(List<Ask.Answer> answers) {
    return answers.stream().map(Ask.Answer::pod).collect(Collectors.toSet());
  }
}
