// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import dev.ferrule.agent.log.Log;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Tells what goes wrong again and again: at once, when it becomes something else, once a minute as
 * long as it lasts, and when it is over.
 */
final class Trouble {

  private static final long AGAIN = Duration.ofMinutes(1).toNanos();

  private final Log log;
  private final LongSupplier nanos;

  // Guarded by this object.
  private String last = "";
  private long told;

  Trouble(Log log) {
    this(log, System::nanoTime);
  }

  Trouble(Log log, LongSupplier nanos) {
    this.log = log;
    this.nanos = nanos;
  }

  synchronized void is(String text) {
    long now = nanos.getAsLong();
    if (!text.equals(last) || now - told >= AGAIN) {
      log.warning(text);
      last = text;
      told = now;
    }
  }

  /**
   * @param text said if there was something to be over
   */
  synchronized void over(String text) {
    if (!last.isEmpty()) {
      log.info(text);
      last = "";
    }
  }
}
