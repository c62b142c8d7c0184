// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.fleet.FleetNode;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Programs that write rules of their own, installed on a node in use, and their removal. */
class NeighboursVmTest extends Scenario {

  private static final Duration INSTALLING = Duration.ofMinutes(5);

  @Test
  void firewalldBesideUs() {
    FleetNode node = fleet.node(1);
    try (Traffic traffic = NodeUnderTraffic.traffic(fleet, "firewalld", WEB, fleet.nodes())) {
      try {
        // Whoever installs a firewall on a node has to let Pods and nodes through, whichever proxy
        // there is.
        node.vm()
            .must(
                "systemctl mask --quiet firewalld; fleet-package firewalld >/dev/null; systemctl unmask --quiet firewalld; "
                    + trusted(node)
                    + "; systemctl restart firewalld; firewall-cmd --state",
                INSTALLING);
        served(node);
        node.vm().must("firewall-cmd --complete-reload", INSTALLING);
        served(node);
        Traffic.assertAllServed(traffic.stop());
      } finally {
        NodeUnderTraffic.purge(node, "firewalld");
      }
    }
  }

  /** Sources that firewalld does not judge. */
  private String trusted(FleetNode node) {
    return fleet.nodes().stream()
        .filter(other -> !other.equals(node))
        .flatMap(other -> List.of(other.ipv4(), other.ipv6()).stream())
        .collect(
            Collectors.joining(
                " --add-source=",
                "firewall-offline-cmd --zone=trusted --add-source=10.244.0.0/16"
                    + " --add-source=fd00:10:244::/48 --add-source=",
                ""));
  }

  @Test
  void ufwBesideUs() {
    FleetNode node = fleet.node(1);
    try (Traffic traffic = NodeUnderTraffic.traffic(fleet, "ufw", WEB, fleet.nodes())) {
      try {
        node.vm()
            .must(
                "fleet-package ufw >/dev/null; ufw allow 22/tcp; ufw route allow to 10.244.0.0/16; ufw route allow to"
                    + " fd00:10:244::/48; ufw --force enable",
                INSTALLING);
        served(node);
        node.vm().must("ufw reload");
        served(node);
        Traffic.assertAllServed(traffic.stop());
      } finally {
        node.vm().run("ufw --force disable");
        NodeUnderTraffic.purge(node, "ufw");
      }
    }
  }

  @Test
  void dockerBesideUs() {
    FleetNode node = fleet.node(1);
    try (Traffic traffic = NodeUnderTraffic.traffic(fleet, "docker", WEB, fleet.nodes())) {
      try {
        node.vm().must("fleet-package docker.io >/dev/null; docker version >/dev/null", INSTALLING);
        served(node);
        node.vm().must("systemctl restart docker", INSTALLING);
        served(node);
        assertThat(node.vm().run("ferrule doctor --config /etc/ferrule/config.yaml").said())
            .containsIgnoringCase("docker");
        Traffic.assertAllServed(traffic.stop());
      } finally {
        NodeUnderTraffic.purge(node, "docker.io containerd runc; rm -rf /var/lib/docker");
      }
    }
  }

  private void served(FleetNode node) {
    assertThat(Ask.http(fleet.client(), node.ipv4(), WEB, 20)).hasSize(20);
    assertThat(Ask.http(fleet.client(), node.ipv6(), WEB, 20)).hasSize(20);
    assertThat(Ask.udp(fleet.client(), node.ipv4(), UDP, 5)).hasSize(5);
    assertThat(Ask.http(node.vm(), "10.96.1.1", 80, 5)).hasSize(5);
  }
}
