// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Looks again and again, never longer than a set time. */
public final class Wait {

  /** What a change of a manifest may take at most on a busy machine. */
  public static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final Duration PAUSE = Duration.ofMillis(10);

  private Wait() {}

  /** Whether it came true in time. */
  public static boolean until(Duration patience, BooleanSupplier condition) {
    long end = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        return condition.getAsBoolean();
      }
      pause(PAUSE);
    }
    return true;
  }

  /** Fails with the last value if what is wanted never shows. */
  public static <T> void untilEqual(T wanted, Supplier<T> actual) {
    until(PATIENCE, () -> wanted.equals(actual.get()));
    assertThat(actual.get()).isEqualTo(wanted);
  }

  /** For times that are part of what is tested. */
  public static void pause(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting", e);
    }
  }
}
