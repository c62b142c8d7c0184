// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.ferrule.lab.LabException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What needs no machine: what the manifests say is what runs. */
class FleetPodsTest {

  @TempDir private Path folder;
  private Fleet fleet;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(
        folder.resolve("ssh_config"), "Host node1\n  Port 22\nHost node2\nHost client\n");
    fleet = Fleet.open(folder);
  }

  @Test
  void nodesAreThoseOfTheSshConfigurationWithTheAddressesThatProvisioningGivesThem() {
    assertThat(fleet.nodes())
        .extracting(FleetNode::name, FleetNode::ipv4, FleetNode::ipv6)
        .containsExactly(
            tuple("node1", "10.88.0.11", "fd00:10:88::11"),
            tuple("node2", "10.88.0.12", "fd00:10:88::12"));
    assertThat(fleet.machines()).extracting(Vm::name).containsExactly("node1", "node2", "client");
  }

  @Test
  void aPodIsReadBackFromItsManifest() {
    FleetPod ready = new FleetPod("web-2", "web", fleet.node(2), 17, true);
    FleetPod unready = new FleetPod("web-10", "web", fleet.node(1), 250, false);
    List.of(ready, unready).forEach(pod -> fleet.manifests().put(pod.manifest()));
    FleetPods pods = new FleetPods(fleet);
    assertThat(pods.all()).containsExactly(unready, ready);
    assertThat(pods.ready()).containsExactly(ready);
    assertThat(pods.pod("web-2").ipv4()).isEqualTo("10.244.2.17");
  }

  @Test
  void withoutAFleetOneIsToldHowToMakeIt() {
    Path empty = folder.resolve("empty");
    assertThatThrownBy(() -> Fleet.open(empty))
        .isInstanceOf(LabException.class)
        .hasMessageContaining("ssh_config")
        .hasMessageContaining("test-vms/run --keep");
  }
}
