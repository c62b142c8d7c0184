// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.page;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times as people read them: how long ago, and the time of day in UTC. */
final class Ages {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter DATE_AND_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Instant now;

  /** As of an instant. */
  Ages(Instant now) {
    this.now = now;
  }

  /** For example {@code 4 min}. */
  String age(Instant then) {
    return length(Duration.between(then, now));
  }

  /** For example {@code 4 min}; less than nothing counts as nothing. */
  static String length(Duration length) {
    long seconds = Math.max(0, length.toSeconds());
    if (seconds < 120) {
      return seconds + " s";
    }
    if (seconds < 7200) {
      return seconds / 60 + " min";
    }
    return seconds < 172_800 ? seconds / 3600 + " h" : seconds / 86_400 + " days";
  }

  /** For example {@code 0.42 ms} or {@code 1.8 s}. */
  static String precise(Duration length) {
    double millis = length.toNanos() / 1e6;
    if (millis >= 1000) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1000);
    }
    return String.format(Locale.ROOT, millis < 10 ? "%.2f ms" : "%.0f ms", millis);
  }

  /** An element with the time of day, and the date unless it is less than a day ago. */
  String time(Instant then) {
    boolean today = Duration.between(then, now).compareTo(Duration.ofDays(1)) < 0;
    return "<time datetime=\"%s\">%s</time>"
        .formatted(
            DateTimeFormatter.ISO_INSTANT.format(then),
            (today ? TIME : DATE_AND_TIME).format(then));
  }

  /** Both: {@code 02:13:05, 4 min ago}. */
  String timeAndAge(Instant then) {
    return time(then) + ", " + age(then) + " ago";
  }
}
