// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.page;

import dev.ferrule.agent.drift.Drift;
import dev.ferrule.agent.drift.RepairPace;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Whether another program fights with us over our rules, by the same measure as the log. */
final class FightWatch {

  private final RepairPace pace = new RepairPace(); // of the sync thread
  private volatile @Nullable Fight fight;

  /**
   * A fight.
   *
   * @param since when it became one
   * @param last the latest repair
   */
  record Fight(Instant since, Drift last) {}

  void repaired(Drift drift, long nanos) {
    Fight going = fight;
    if (pace.repaired(nanos, drift.took()) == RepairPace.News.FIGHT_BEGINS) {
      fight = new Fight(drift.at(), drift);
    } else if (going != null) {
      fight = new Fight(going.since(), drift);
    }
  }

  void turn(long nanos) {
    if (fight != null && pace.hasEnded(nanos)) {
      fight = null;
    }
  }

  @Nullable Fight fight() {
    return fight;
  }
}
