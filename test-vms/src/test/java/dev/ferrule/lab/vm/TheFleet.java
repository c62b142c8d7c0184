// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.vm;

import dev.ferrule.lab.fleet.Fleet;
import dev.ferrule.lab.fleet.FleetPods;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** One fleet for all scenarios of a run. */
final class TheFleet {

  private static @Nullable Fleet opened;

  private TheFleet() {}

  /** Lays out Services and Pods at the first call. */
  static synchronized Fleet open() {
    Fleet fleet = opened;
    if (fleet == null) {
      Path root = Path.of(System.getProperty("ferrule.root", ".."));
      fleet = Fleet.open(root.resolve("test-vms/target/fleet"));
      fleet.connect();
      FleetPods pods = new FleetPods(fleet);
      pods.lay(root.resolve("test-vms/src/main/resources/fleet/services.yaml"));
      pods.scale("web", Scenario.PODS);
      opened = fleet;
    }
    return fleet;
  }
}
