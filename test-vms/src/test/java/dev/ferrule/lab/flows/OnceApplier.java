// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import dev.ferrule.lab.Command;
import dev.ferrule.lab.LabException;
import java.time.Duration;

/** Runs a command to its end at each change. */
record OnceApplier(CommandLine command, Applier.Place place) implements Applier {

  @Override
  public void sync() {
    Command.Result result = Command.run(place.node().command(command.at(place)));
    if (result.exit() != 0) {
      throw new LabException("apply exits " + result.exit() + ": " + result.said());
    }
  }

  @Override
  public void stop() {
    // nothing runs between two syncs
  }

  @Override
  public Duration patience() {
    return Duration.ZERO;
  }

  @Override
  public boolean answers() {
    return false;
  }
}
