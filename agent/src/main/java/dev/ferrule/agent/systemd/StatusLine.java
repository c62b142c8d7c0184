// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.systemd;

import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The line that {@code systemctl status} shows. Owned by whoever guards it. */
final class StatusLine {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

  private String phase = "";
  private int services;
  private int frontends;
  private int problems;
  private boolean refused;
  private boolean recovered;
  private @Nullable LocalTime commit;
  private @Nullable LocalTime failing;

  /** Says this instead of all else; empty: all else. */
  void say(String text) {
    phase = text;
  }

  void count(int services, int frontends) {
    this.services = services;
    this.frontends = frontends;
  }

  void problems(int count) {
    problems = count;
  }

  /** Whether the settings on disk are others than those in force. */
  void refused(boolean refused) {
    this.refused = refused;
  }

  void committed() {
    recovered = failing != null;
    failing = null;
    commit = LocalTime.now(ZoneId.systemDefault());
  }

  /** Whether this is news. */
  boolean failed() {
    recovered = false;
    if (failing != null) {
      return false;
    }
    failing = LocalTime.now(ZoneId.systemDefault());
    return true;
  }

  /** Whether the last commit ended a time of failures. */
  boolean recovered() {
    return recovered;
  }

  String text() {
    StringBuilder text = new StringBuilder();
    if (failing != null) {
      text.append("out of step since ")
          .append(TIME.format(failing))
          .append(", the journal says why; tried again and again; ");
    } else if (!phase.isEmpty()) {
      return phase;
    }
    text.append(services).append(" Services, ").append(frontends).append(" frontends");
    if (commit != null) {
      text.append("; last commit ").append(TIME.format(commit));
    }
    if (problems > 0) {
      text.append("; ").append(problems).append(problems == 1 ? " problem" : " problems");
    }
    if (refused) {
      text.append("; the settings on disk are not in force, the journal says why");
    }
    return text.toString();
  }
}
