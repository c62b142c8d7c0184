// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import dev.ferrule.kernel.KernelClock;
import dev.ferrule.kernel.KernelException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

final class ClockCheck implements Check {

  /** Before that year nobody had this program. */
  private static final int FIRST_YEAR = 2024;

  @Override
  public Topic topic() {
    return Topic.CLOCK;
  }

  @Override
  public List<Finding> look(Host host) throws KernelException {
    return List.of(judge(Instant.now(), KernelClock.isSynchronized()));
  }

  static Finding judge(Instant now, boolean kept) {
    if (now.atZone(ZoneOffset.UTC).getYear() < FIRST_YEAR) {
      return Topic.CLOCK.found(
          Severity.ERROR, "it is " + now + " by the clock: every certificate fails");
    }
    return kept
        ? Topic.CLOCK.ok("the clock is kept in time")
        : Topic.CLOCK.found(
            Severity.NOTE, "no program keeps the clock in time, as far as the kernel knows");
  }
}
