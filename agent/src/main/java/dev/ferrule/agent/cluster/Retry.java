// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long to wait before the next attempt. Delays grow with each failure and are scattered, so
 * that the nodes of a cluster do not come back all at once.
 *
 * <p>A server that cannot be reached is tried again every second, as that costs it nothing and
 * traffic must follow soon after it is back; one that answers with errors is left in peace longer.
 */
final class Retry {

  private static final Duration FIRST = Duration.ofMillis(200);
  private static final Duration UNREACHABLE = Duration.ofSeconds(1);
  private static final Duration SOON = Duration.ofSeconds(5);
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final DoubleSupplier random;

  /** Attempts that nobody answered; they say nothing about a server that does answer. */
  private int unanswered;

  /** Attempts that the server did not answer well. */
  private int refused;

  /**
   * @param random from 0 to 1
   */
  Retry(DoubleSupplier random) {
    this.random = random;
  }

  /** All is well: the next failure is the first one. */
  void reset() {
    unanswered = 0;
    refused = 0;
  }

  /** The delay after one more failure. */
  Duration after(ApiException failure) {
    Duration most =
        switch (failure.kind()) {
          case UNREACHABLE, SILENT -> UNREACHABLE;
          case BEHIND, GONE -> SOON;
          default -> LONGEST;
        };
    boolean silent =
        failure.kind() == ApiException.Kind.UNREACHABLE
            || failure.kind() == ApiException.Kind.SILENT;
    int before = silent ? unanswered++ : refused++;
    Duration delay = FIRST.multipliedBy(1L << Math.min(before, 10));
    Duration bounded = delay.compareTo(most) < 0 ? delay : most;
    double scatter = 0.5 + random.getAsDouble() / 2;
    Duration scattered = Duration.ofNanos((long) (bounded.toNanos() * scatter));
    Duration asked = failure.retryAfter();
    return asked.compareTo(scattered) > 0
        ? asked.plus(Duration.ofNanos((long) (asked.toNanos() * random.getAsDouble() / 4)))
        : scattered;
  }
}
