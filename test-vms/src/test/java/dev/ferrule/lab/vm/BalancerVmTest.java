// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.fleet.FleetNode;
import dev.ferrule.lab.fleet.FleetPod;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A load balancer outside of the cluster that knows nodes alone: HAProxy. */
@Tag("quick")
class BalancerVmTest extends Scenario {

  private static final Duration INSTALLING = Duration.ofMinutes(5);

  @Test
  void haproxyFollowsTheHealthCheckNodePortToTheNodesThatHavePods() {
    try {
      fleet.client().must("fleet-package haproxy >/dev/null; systemctl stop haproxy", INSTALLING);
      fleet
          .client()
          .write(
              "/etc/haproxy/haproxy.cfg",
              """
              global
                stats socket /run/haproxy.sock level admin
              defaults
                mode tcp
                timeout connect 2s
                timeout client 30s
                timeout server 30s
              listen web
                bind 127.0.0.1:8000
                option httpchk GET /healthz
                default-server check port %d inter 500ms fall 1 rise 1
              %s
              """
                  .formatted(
                      LOCAL_HEALTH,
                      fleet.nodes().stream()
                          .map(node -> "  server " + node.name() + " " + node.ipv4() + ":" + LOCAL)
                          .collect(Collectors.joining("\n"))));
      fleet.client().must("systemctl restart haproxy");
      FleetNode first = fleet.node(1);
      FleetNode second = fleet.node(2);
      awaitInUse(fleet.nodes());

      List<FleetPod> there =
          pods.ready().stream().filter(pod -> pod.node().equals(second)).toList();
      try (Traffic traffic =
          Traffic.start(
              fleet.client(),
              "balanced",
              Duration.ofMillis(50),
              Duration.ofSeconds(10),
              List.of("127.0.0.1:8000"))) {
        there.forEach(pod -> pods.move(pod.name(), first));
        awaitInUse(fleet.nodes().stream().filter(node -> !node.equals(second)).toList());
        there.forEach(pod -> pods.move(pod.name(), second));
        awaitInUse(fleet.nodes());
        List<Traffic.Connection> connections = traffic.stop();
        // Between the move and the next check HAProxy may still send one to the node that has no
        // Pod
        // left; it answers that one by closing, and the node itself never refuses.
        assertThat(connections).filteredOn(Traffic.Connection::served).hasSizeGreaterThan(20);
        assertThat(Traffic.podsOf(connections).distinct())
            .containsExactlyInAnyOrderElementsOf(
                pods.ready().stream().map(FleetPod::name).toList());
      }
    } finally {
      fleet
          .client()
          .must(
              "DEBIAN_FRONTEND=noninteractive apt-get -qq purge -y --autoremove haproxy >/dev/null"
                  + " 2>&1; rm -rf /etc/haproxy /var/lib/haproxy",
              INSTALLING);
    }
  }

  private void awaitInUse(List<FleetNode> nodes) {
    String wanted = nodes.stream().map(FleetNode::name).sorted().collect(Collectors.joining(" "));
    String script =
        """
        for i in $(seq 100); do
          now=$(echo 'show stat' \\
            | python3 -c 'import socket, sys; s = socket.socket(socket.AF_UNIX); s.connect("/run/haproxy.sock"); s.sendall(sys.stdin.buffer.read()); print(s.makefile().read())' \\
            | awk -F, '$1 == "web" && $2 ~ /^node/ && $18 ~ /^UP/ { print $2 }' | sort | xargs)
          [ "$now" != "%s" ] || exit 0
          sleep 0.3
        done
        echo "in use: $now" >&2; exit 1
        """
            .formatted(wanted);
    fleet.client().must(script, Duration.ofMinutes(2));
  }
}
