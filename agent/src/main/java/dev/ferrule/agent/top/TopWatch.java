// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.top;

import dev.ferrule.agent.traffic.ConnectionCounter;
import dev.ferrule.agent.traffic.ConnectionCounts;
import dev.ferrule.rules.nftables.Counting;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the counters twice for those who ask; only so many may wait for the second look at a
 * time.
 */
public final class TopWatch {

  /** Who watches holds counts of all Services. */
  static final int MOST_WATCHERS = 8;

  private static final long LOOK_MILLIS = 50;

  /** Counters of very many Services are read every few seconds only; a client waits for 75 s. */
  private static final Duration PATIENCE = Duration.ofSeconds(70);

  private final Semaphore watchers = new Semaphore(MOST_WATCHERS);

  /** What there is to tell. */
  public sealed interface Answer {}

  /** New connections. */
  public record Measured(TopReport report) implements Answer {}

  /** Nothing now; it may be worth to ask again. */
  public record NotNow(String reason) implements Answer {}

  /**
   * Waits for the interval, or somewhat longer if the counters are read less often than that. Who
   * asks again at once misses nothing in between.
   */
  public Answer watch(ConnectionCounter counter, TopQuestion question, Duration interval)
      throws InterruptedException {
    if (!watchers.tryAcquire()) {
      return new NotNow(
          MOST_WATCHERS + " others watch the counters already: end one of them, or wait");
    }
    try {
      long end = System.nanoTime() + PATIENCE.toNanos();
      ConnectionCounts before = counter.watched();
      ConnectionCounts after = later(counter, before, interval, end);
      return after == null
          ? new NotNow("the counters could not be read; ferrule status tells more")
          : new Measured(
              question.answer(
                  Instant.now(), before, after, counter.counting() == Counting.ENDPOINTS));
    } finally {
      watchers.release();
    }
  }

  private static @Nullable ConnectionCounts later(
      ConnectionCounter counter, ConnectionCounts before, Duration interval, long end)
      throws InterruptedException {
    if (before.services().isEmpty() && before.nanos() == 0) {
      return null; // before the first commit
    }
    long due = before.nanos() + interval.toNanos();
    TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
    while (System.nanoTime() - end < 0) {
      ConnectionCounts after = counter.watched();
      if (after.nanos() - due >= 0) {
        return after;
      }
      Thread.sleep(LOOK_MILLIS);
    }
    return null;
  }
}
