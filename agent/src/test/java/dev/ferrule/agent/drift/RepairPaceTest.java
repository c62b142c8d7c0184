// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.agent.drift.RepairPace.News;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RepairPaceTest {

  private static final long MILLI = 1_000_000;
  private static final Duration QUICK = Duration.ofMillis(2);

  private final RepairPace pace = new RepairPace();
  private long now = Long.MAX_VALUE - 5_000 * MILLI; // it may turn over

  @Test
  void theFirstRepairsComeAtOnceAndAreTold() {
    for (int i = 1; i < RepairPace.AT_ONCE; i++) {
      assertThat(pace.mayRepair(now)).isTrue();
      assertThat(pace.repaired(now, QUICK)).isEqualTo(News.REPAIR);
    }
  }

  @Test
  void aFightIsToldOnceAndTakesATenthOfTheTime() {
    fight(Duration.ofMillis(500));
    assertThat(pace.mayRepair(now + 4_900 * MILLI)).isFalse();
    now += 5_000 * MILLI;
    assertThat(pace.mayRepair(now)).isTrue();
    assertThat(pace.repaired(now, Duration.ofMinutes(1))).isEqualTo(News.NOTHING);
    assertThat(pace.mayRepair(now + 29_000 * MILLI)).isFalse();
    assertThat(pace.mayRepair(now + 30_000 * MILLI)).isTrue();
  }

  @Test
  void aFightIsToldAgainAfterAMinute() {
    fight(QUICK);
    News news = News.NOTHING;
    int repairs = 0;
    for (; news == News.NOTHING && repairs < 10_000; repairs++) {
      now += 100 * MILLI;
      assertThat(pace.mayRepair(now)).isTrue();
      news = pace.repaired(now, QUICK);
    }
    assertThat(news).isEqualTo(News.FIGHT_GOES_ON);
    assertThat(repairs).isEqualTo(600);
    assertThat(pace.told(now)).isEqualTo(600);
  }

  @Test
  void aQuietMinuteEndsIt() {
    fight(QUICK);
    assertThat(pace.hasEnded(now + 59_000 * MILLI)).isFalse();
    now += 60_000 * MILLI;
    assertThat(pace.hasEnded(now)).isTrue();
    assertThat(pace.hasEnded(now)).isFalse();
    theFirstRepairsComeAtOnceAndAreTold();
  }

  private void fight(Duration took) {
    for (int i = 1; i < RepairPace.AT_ONCE; i++) {
      pace.repaired(now, took);
    }
    assertThat(pace.repaired(now, took)).isEqualTo(News.FIGHT_BEGINS);
  }
}
