// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.fleet.FleetNode;
import dev.ferrule.lab.fleet.FleetPod;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Nodes that are gone for a while, and come back. */
class LostNodeVmTest extends Scenario {

  private static final Duration SETTLED = Duration.ofSeconds(3);

  @Test
  void aNodeThatIsOffIsNotMissedAndServesAgainWhenItIsOn() {
    FleetNode node = fleet.node(2);
    List<FleetPod> there = podsOn(node);
    List<FleetNode> others = others(node);
    String before = node.vm().bootId();
    node.vm().run("sync; (sleep 0.3; echo o >/proc/sysrq-trigger) </dev/null >/dev/null 2>&1 &");
    try {
      there.forEach(pod -> pods.ready(pod.name(), false));
      pods.inForce(others);
      try (Traffic traffic = NodeUnderTraffic.traffic(fleet, "off", WEB, others)) {
        NodeUnderTraffic.pause(SETTLED);
        Power.on(node);
        NodeUnderTraffic.awaitBoot(node, before);
        there.forEach(pod -> pods.ready(pod.name(), true));
        pods.inForce();
        NodeUnderTraffic.pause(SETTLED);
        Traffic.assertAllServed(traffic.stop());
      }
      assertThat(Ask.http(fleet.client(), node.ipv4(), WEB, 10)).hasSize(10);
    } finally {
      there.forEach(pod -> pods.ready(pod.name(), true));
    }
  }

  @Test
  void aNodeThatIsCutOffLearnsWhatItHasMissed() {
    FleetNode node = fleet.node(2);
    List<FleetPod> there = podsOn(node);
    List<FleetNode> others = others(node);
    // Frames are lost, the link stays up: as behind a broken switch.
    node.vm()
        .must(
            """
            nft -f - <<'NFT'
            table netdev cut {
              chain in { type filter hook ingress device "eth1" priority -500; policy drop; }
              chain out { type filter hook egress device "eth1" priority -500; policy drop; }
            }
            NFT
            """);
    try {
      there.forEach(pod -> pods.ready(pod.name(), false));
      pods.inForce(others);
      try (Traffic traffic = NodeUnderTraffic.traffic(fleet, "cut", WEB, others)) {
        pods.scale("web", PODS + 2, others);
        NodeUnderTraffic.pause(SETTLED);
        node.vm().must("nft delete table netdev cut");
        pods.inForce();
        assertThat(Ask.http(fleet.client(), node.ipv4(), WEB, 40))
            .as("also through the node that has missed them")
            .extracting(Ask.Answer::pod)
            .contains("web-" + (PODS + 1), "web-" + (PODS + 2));
        Traffic.assertAllServed(traffic.stop());
      }
    } finally {
      node.vm().run("nft delete table netdev cut");
      there.forEach(pod -> pods.ready(pod.name(), true));
      pods.scale("web", PODS);
    }
  }

  private List<FleetPod> podsOn(FleetNode node) {
    return pods.ready().stream().filter(pod -> pod.node().equals(node)).toList();
  }

  private List<FleetNode> others(FleetNode node) {
    return fleet.nodes().stream().filter(other -> !other.equals(node)).toList();
  }
}
