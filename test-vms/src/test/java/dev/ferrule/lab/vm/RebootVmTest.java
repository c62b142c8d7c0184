// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.fleet.FleetNode;
import dev.ferrule.lab.fleet.FleetPod;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A node that loses its power for a moment. */
@Tag("quick")
class RebootVmTest extends Scenario {

  private static final Pattern PACKET = Pattern.compile("^([0-9.]+) (.*)$", Pattern.MULTILINE);
  private static final Pattern FROM_CLIENT =
      Pattern.compile("IP 10\\.88\\.0\\.100\\.(\\d+) > .*Flags \\[S\\],.*");

  @Test
  void theOthersServeOnAndTheNodeItselfServesFromItsFirstPacket() {
    FleetNode node = fleet.node(2);
    List<FleetNode> others = fleet.nodes().stream().filter(other -> !other.equals(node)).toList();
    List<FleetPod> there = pods.ready().stream().filter(pod -> pod.node().equals(node)).toList();
    there.forEach(pod -> pods.ready(pod.name(), false));
    pods.inForce();
    fleet
        .client()
        .must(
            """
            systemd-run --quiet --unit=capture sh -c 'exec tcpdump -i eth1 -n -tt -l \
              "(arp and host %1$s) or (host %1$s and tcp port %2$d and tcp[tcpflags] & (tcp-syn|tcp-rst) != 0)" \
              >/run/capture.txt 2>/run/capture.err'
            for i in $(seq 50); do ! grep -q listening /run/capture.err || exit 0; sleep 0.1; done; exit 1
            """
                .formatted(node.ipv4(), WEB));
    try (Traffic toOthers = NodeUnderTraffic.traffic(fleet, "others", WEB, others);
        Traffic toNode =
            Traffic.start(
                fleet.client(),
                "rebooted",
                Duration.ofMillis(100),
                Duration.ofSeconds(3),
                List.of(node.ipv4() + ":" + WEB))) {
      NodeUnderTraffic.reboot(node);
      assertThat(Ask.http(fleet.client(), node.ipv4(), WEB, 5)).hasSize(5);
      Traffic.assertAllServed(toOthers.stop());
      List<Traffic.Connection> connections = toNode.stop();
      assertThat(connections.stream().filter(one -> one.outcome().contains("REFUSED")))
          .as("nobody is refused: without rules the node would")
          .isEmpty();
      assertEachServedFromTheFirst(node, fleet.client().must("cat /run/capture.txt"));
    } finally {
      fleet
          .client()
          .run("systemctl stop capture; systemctl reset-failed capture; rm -f /run/capture.*");
      there.forEach(pod -> pods.ready(pod.name(), true));
      pods.inForce();
    }
  }

  /**
   * From the first packet that the node sends after its boot, each connection that is asked for is
   * answered.
   */
  private static void assertEachServedFromTheFirst(FleetNode node, String capture) {
    String[] afterGap = capture.strip().split("\n", -1);
    int first = firstAfterGap(node, afterGap);
    assertThat(first).as("the node was away and came back:%n%s", capture).isPositive();
    Set<String> asked = new HashSet<>();
    Set<String> answered = new HashSet<>();
    // What is asked in the very last moment has no answer in the capture yet.
    double end = time(afterGap[afterGap.length - 1]) - 1;
    for (int at = first; at < afterGap.length; at++) {
      Matcher client = FROM_CLIENT.matcher(afterGap[at]);
      if (client.find() && time(afterGap[at]) < end) {
        asked.add(client.group(1));
      } else if (afterGap[at].contains("Flags [S.]")) {
        answered.add(afterGap[at].replaceAll(".* > 10\\.88\\.0\\.100\\.(\\d+): .*", "$1"));
      }
    }
    assertThat(asked).isNotEmpty();
    assertThat(answered).as("of %s", asked).containsAll(asked);
  }

  /** The line of its first packet after at least two seconds without one. */
  private static int firstAfterGap(FleetNode node, String[] lines) {
    double last = -1;
    for (int at = 0; at < lines.length; at++) {
      boolean fromNode =
          lines[at].contains("Reply " + node.ipv4() + " is-at")
              || lines[at].contains("tell " + node.ipv4() + ",")
              || lines[at].contains("IP " + node.ipv4() + ".");
      if (fromNode) {
        if (last >= 0 && time(lines[at]) - last > 2) {
          return at;
        }
        last = time(lines[at]);
      }
    }
    return -1;
  }

  private static double time(String line) {
    Matcher packet = PACKET.matcher(line);
    assertThat(packet.find()).as(line).isTrue();
    return Double.parseDouble(packet.group(1));
  }
}
