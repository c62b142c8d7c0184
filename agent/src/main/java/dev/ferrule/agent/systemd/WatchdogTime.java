// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.systemd;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** How long the service manager waits for a sign of life; see sd_watchdog_enabled(3). */
final class WatchdogTime {

  private WatchdogTime() {}

  /** Zero if it does not wait, or not for this process. */
  static Duration of(Map<String, String> environment, long pid) {
    String meant = environment.getOrDefault("WATCHDOG_PID", "");
    if (!meant.isEmpty() && !meant.equals(Long.toString(pid))) {
      return Duration.ZERO;
    }
    try {
      long micros = Long.parseLong(environment.getOrDefault("WATCHDOG_USEC", "0"));
      return micros <= 0 ? Duration.ZERO : Duration.of(micros, ChronoUnit.MICROS);
    } catch (NumberFormatException e) {
      return Duration.ZERO; // as sd_watchdog_enabled does it: then there is no watchdog
    }
  }
}
