// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.page;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How long commits took. One thread adds, any thread may read. */
final class LatencyHistogram {

  /** The first bound, and how often it doubles: to 16 s, like those of the metric. */
  private static final long FIRST = 125_000;

  private static final int BOUNDS = 18;

  private final long[] counts = new long[BOUNDS + 1]; // guarded by this object

  /**
   * Commits of a length.
   *
   * @param from exclusive, but for the first
   * @param to inclusive; of the last one the longest time there is
   */
  record Bucket(Duration from, Duration to, long count) {

    boolean isOpen() {
      return to.equals(LONGEST);
    }

    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);
  }

  synchronized void add(Duration took) {
    int bucket = 0;
    while (bucket < BOUNDS && took.toNanos() > FIRST << bucket) {
      bucket++;
    }
    counts[bucket]++;
  }

  /** From the shortest that occurred to the longest, with those between that did not. */
  synchronized List<Bucket> buckets() {
    List<Bucket> buckets = new ArrayList<>();
    int last = BOUNDS;
    while (last >= 0 && counts[last] == 0) {
      last--;
    }
    for (int i = 0; i <= last; i++) {
      if (counts[i] > 0 || !buckets.isEmpty()) {
        Duration from = i == 0 ? Duration.ZERO : Duration.ofNanos(FIRST << (i - 1));
        Duration to = i == BOUNDS ? Bucket.LONGEST : Duration.ofNanos(FIRST << i);
        buckets.add(new Bucket(from, to, counts[i]));
      }
    }
    return buckets;
  }
}
