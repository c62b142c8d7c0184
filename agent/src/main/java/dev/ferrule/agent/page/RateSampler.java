// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.page;

import dev.ferrule.agent.traffic.ConnectionCounts;
import java.time.Duration;
import java.util.function.Supplier;

/** Reads the counters every few seconds, so that whoever opens the page sees the last minutes. */
final class RateSampler implements Runnable {

  /** Between two readings. */
  static final Duration PERIOD = Duration.ofSeconds(5);

  /** Reading may take one part in so many of a processor's time. */
  private static final int SHARE_OF_TIME = 100;

  private final Supplier<ConnectionCounts> counts;
  private final RateHistory history;
  private final Thread thread;

  RateSampler(Supplier<ConnectionCounts> counts, RateHistory history) {
    this.counts = counts;
    this.history = history;
    this.thread = new Thread(this, "rates");
    this.thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  void end() {
    thread.interrupt();
  }

  @Override
  public void run() {
    try {
      while (!Thread.interrupted()) {
        long start = System.nanoTime();
        history.add(counts.get());
        long took = System.nanoTime() - start;
        Thread.sleep(Duration.ofNanos(Math.max(PERIOD.toNanos(), SHARE_OF_TIME * took)).toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // that is how it is told to end
    }
  }
}
