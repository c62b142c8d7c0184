// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.vm;

import dev.ferrule.lab.LabException;
import dev.ferrule.lab.agent.Wait;
import dev.ferrule.lab.fleet.Fleet;
import dev.ferrule.lab.fleet.FleetNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What is done to a whole node, and traffic to see what becomes of Services meanwhile. */
final class NodeUnderTraffic {

  static final Duration BETWEEN = Duration.ofMillis(50);
  static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration BOOT = Duration.ofMinutes(5);

  private NodeUnderTraffic() {}

  /** Connections to that port of those nodes, both families, in turns. */
  static Traffic traffic(Fleet fleet, String name, int port, List<FleetNode> nodes) {
    List<String> targets = new ArrayList<>();
    for (FleetNode node : nodes) {
      targets.add(node.ipv4() + ":" + port);
      targets.add("[" + node.ipv6() + "]:" + port);
    }
    return Traffic.start(fleet.client(), name, BETWEEN, PATIENCE, targets);
  }

  /** For what should go well a while longer. */
  static void pause(Duration time) {
    Wait.pause(time);
  }

  /** Boots it as after a power failure, without saying goodbye. */
  static void reboot(FleetNode node) {
    String before = node.vm().bootId();
    node.vm().run("sync; (sleep 0.3; echo b >/proc/sysrq-trigger) </dev/null >/dev/null 2>&1 &");
    awaitBoot(node, before);
  }

  /** Waits until it is up and settled. */
  static void awaitBoot(FleetNode node, String bootBefore) {
    if (!Wait.until(BOOT, () -> hasBooted(node, bootBefore))) {
      throw new LabException(node.name() + " did not come back within " + BOOT);
    }
    node.vm().run("systemctl is-system-running --wait || true", BOOT);
    node.vm().must("systemctl is-active --quiet ferrule");
  }

  private static boolean hasBooted(FleetNode node, String before) {
    try {
      return !node.vm().bootId().equals(before);
    } catch (LabException e) {
      return false;
    }
  }

  /** Removes a package and all it has left, which takes a reboot: it may have left rules. */
  static void purge(FleetNode node, String packageName) {
    node.vm()
        .must(
            "DEBIAN_FRONTEND=noninteractive apt-get -qq purge -y --autoremove "
                + packageName
                + " >/dev/null 2>&1",
            Duration.ofMinutes(5));
    reboot(node);
  }
}
