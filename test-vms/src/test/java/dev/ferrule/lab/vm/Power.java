// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.vm;

import dev.ferrule.lab.Command;
import dev.ferrule.lab.LabException;
import dev.ferrule.lab.fleet.FleetNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The switch of a machine, which nobody in it can turn on. */
final class Power {

  private static final Duration BOOT = Duration.ofMinutes(10);

  private Power() {}

  /** Returns when ssh answers. */
  static void on(FleetNode node) {
    Path root = Path.of(System.getProperty("ferrule.root", "..")).toAbsolutePath().normalize();
    Command.Result result =
        Command.run(
            List.of(
                "env",
                "--chdir=" + root,
                "test-vms/hypervisor",
                "exec",
                "vagrant",
                "up",
                "--no-provision",
                node.name()),
            "",
            BOOT);
    if (result.exit() != 0) {
      throw new LabException(node.name() + " did not start: " + result.said());
    }
  }
}
