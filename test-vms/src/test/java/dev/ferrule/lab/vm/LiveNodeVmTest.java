// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.Command;
import dev.ferrule.lab.fleet.FleetNode;
import dev.ferrule.lab.systemd.DebPackage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator does to nodes in use. */
@Tag("quick")
class LiveNodeVmTest extends Scenario {

  private static final Duration INSTALLING = Duration.ofMinutes(5);
  private static final String CONFIG = "/etc/ferrule/config.yaml";

  @TempDir private Path work;

  @Test
  void anUpgradeByPackageCostsNoConnection() {
    Path later = DebPackage.later(work);
    fleet.nodes().forEach(node -> node.vm().copy(later, "/tmp/later.deb"));
    try (Traffic traffic = NodeUnderTraffic.traffic(fleet, "upgrade", WEB, fleet.nodes())) {
      for (FleetNode node : fleet.nodes()) {
        node.vm().must("dpkg --install --force-confold /tmp/later.deb", INSTALLING);
        assertThat(
                node.vm()
                    .must(
                        "systemctl is-active ferrule; tr '\\0' ' ' </proc/$(systemctl show -P MainPID ferrule)/cmdline"))
            .startsWith("active")
            .contains("ferrule-agent-99.1.jar");
      }
      for (FleetNode node : fleet.nodes()) {
        node.vm()
            .must(
                "dpkg --install --force-confold --force-downgrade /vagrant/package/ferrule_*.deb;"
                    + " rm /tmp/later.deb",
                INSTALLING);
      }
      Traffic.assertAllServed(traffic.stop());
    }
  }

  @Test
  void aNodeChangesItsBackendToIptablesAndBackWithoutLosingAConnection() {
    FleetNode node = fleet.node(1);
    try (Traffic traffic = NodeUnderTraffic.traffic(fleet, "backend", WEB, List.of(node))) {
      node.vm()
          .must(
              "sed -i 's/^mode: nftables/mode: iptables/' "
                  + CONFIG
                  + "; systemctl restart ferrule");
      assertThat(node.vm().must("iptables-save -t nat; nft list tables"))
          .contains("FERRULE-")
          .doesNotContain("table ip ferrule");
      node.vm()
          .must(
              "sed -i 's/^mode: iptables/mode: nftables/' "
                  + CONFIG
                  + "; systemctl restart ferrule");
      assertThat(node.vm().must("iptables-save -t nat; nft list tables"))
          .doesNotContain("FERRULE-")
          .contains("table ip ferrule");
      Traffic.assertAllServed(traffic.stop());
    }
  }

  @Test
  void rulesThatSomebodyFlushesAreThereAgain() {
    FleetNode node = fleet.node(2);
    node.vm().must("nft flush ruleset");
    fleet.awaitRules(List.of(node), pods.ready());
    assertThat(Ask.http(fleet.client(), node.ipv4(), WEB, 5)).hasSize(5);
    assertThat(node.vm().must("journalctl --boot --unit ferrule --output cat"))
        .containsPattern("nft \\(process \\d+\\) changed our rules: .*put right");
  }

  @Test
  void theAgentAnswersOperatorsAndTheDoctorFindsNoFault() {
    for (FleetNode node : fleet.nodes()) {
      assertThat(node.vm().must("ferrule status")).contains("in step");
      assertThat(node.vm().must("ferrule get services -A")).contains("web-sticky");
      Command.Result doctor = node.vm().run("ferrule doctor --config " + CONFIG);
      // 4: warnings, of which a machine without a network has its own.
      assertThat(doctor.exit()).as(doctor.said()).isIn(0, 4);
    }
  }
}
