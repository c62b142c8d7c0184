// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.agent.log.Log;
import dev.ferrule.agent.sync.Commit;
import dev.ferrule.rules.diff.Changes;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What is sent and when, by a clock of its own; over a real socket in the lab's systemd tests. */
class SupervisionTest {

  private static final Duration WATCHDOG = Duration.ofSeconds(60);
  private static final Commit COMMIT =
      new Commit(Commit.Cause.START, Changes.NONE, Duration.ofMillis(3));

  private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> log = new LinkedBlockingQueue<>();
  private final AtomicLong now = new AtomicLong();
  private volatile boolean deaf;
  private final Supervision supervision = supervision(WATCHDOG);

  private Supervision supervision(Duration watchdog) {
    return new Supervision(
        assignments -> {
          if (deaf) {
            throw new IOException("nobody there");
          }
          said.addAll(assignments);
        },
        watchdog,
        now::get,
        Log.of(log::add));
  }

  private List<String> heard() {
    List<String> all = new ArrayList<>();
    said.drainTo(all);
    return all;
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Test
  void itIsReadyWithTheFirstCommitThatSucceeds() {
    supervision.starting();
    assertThat(heard()).singleElement().asString().startsWith("STATUS=starting");
    supervision.failed();
    assertThat(heard()).singleElement().asString().startsWith("STATUS=out of step since");
    supervision.alive();
    assertThat(heard()).isEmpty();
    supervision.committed(COMMIT);
    supervision.alive();
    List<String> messages = heard();
    assertThat(messages).hasSize(2).startsWith("READY=1");
    assertThat(messages.get(1)).startsWith("STATUS=0 Services, 0 frontends; last commit");
    supervision.committed(COMMIT);
    supervision.alive();
    assertThat(heard()).doesNotContain("READY=1");
  }

  @Test
  void itIsAliveOnlyWhileTheSyncThreadMoves() {
    supervision.committed(COMMIT);
    supervision.alive();
    heard();
    pass(Duration.ofSeconds(14));
    supervision.alive();
    assertThat(heard()).doesNotContain("WATCHDOG=1");
    pass(Duration.ofSeconds(1));
    supervision.alive();
    assertThat(heard()).contains("WATCHDOG=1");
    // A thread that is stuck tells nothing; there is nobody else who does.
    pass(Duration.ofHours(1));
    assertThat(heard()).isEmpty();
  }

  @Test
  void nobodyIsToldOfLifeWhoDoesNotWaitForIt() {
    Supervision without = supervision(Duration.ZERO);
    without.committed(COMMIT);
    without.alive();
    heard();
    pass(Duration.ofHours(1));
    without.alive();
    assertThat(heard()).doesNotContain("WATCHDOG=1");
  }

  @Test
  void whatWasNotHeardIsSaidAgain() {
    deaf = true;
    supervision.committed(COMMIT);
    supervision.alive();
    supervision.alive();
    assertThat(log).hasSize(1);
    deaf = false;
    supervision.alive();
    assertThat(heard()).contains("READY=1");
  }

  @Test
  void aReloadEndsWithTheNextCommitAndGivesSignsOfLifeUntilThen() throws Exception {
    Supervision quick = supervision(Duration.ofMillis(20));
    quick.committed(COMMIT);
    quick.alive();
    heard();
    quick.reloading();
    assertThat(said.poll(20, TimeUnit.SECONDS)).isEqualTo("RELOADING=1");
    assertThat(said.poll(20, TimeUnit.SECONDS)).startsWith("MONOTONIC_USEC=");
    assertThat(said.poll(20, TimeUnit.SECONDS)).isEqualTo("STATUS=reading the settings again");
    for (int i = 0; i < 3; i++) {
      assertThat(said.poll(20, TimeUnit.SECONDS)).isEqualTo("WATCHDOG=1");
    }
    quick.accepted();
    quick.committed(COMMIT);
    quick.alive();
    assertThat(heard()).contains("READY=1");
    assertThat(heard()).isEmpty();
  }

  @Test
  void settingsThatWereRefusedStayInTheStatus() {
    supervision.committed(COMMIT);
    supervision.reloading();
    supervision.refused();
    List<String> messages = heard();
    assertThat(messages).contains("READY=1");
    assertThat(messages.get(messages.size() - 1)).contains("the settings on disk are not in force");
    supervision.reloading();
    supervision.accepted();
    supervision.committed(COMMIT);
    supervision.alive();
    messages = heard();
    assertThat(messages.get(messages.size() - 1)).doesNotContain("not in force");
  }

  @Test
  void theWatchdogIsForTheProcessThatItNames() {
    assertThat(WatchdogTime.of(Map.of(), 7)).isZero();
    assertThat(WatchdogTime.of(Map.of("WATCHDOG_USEC", "60000000"), 7)).isEqualTo(WATCHDOG);
    Map<String, String> other = Map.of("WATCHDOG_USEC", "60000000", "WATCHDOG_PID", "8");
    assertThat(WatchdogTime.of(other, 7)).isZero();
    assertThat(WatchdogTime.of(other, 8)).isEqualTo(WATCHDOG);
    assertThat(WatchdogTime.of(Map.of("WATCHDOG_USEC", "soon"), 7)).isZero();
  }
}
