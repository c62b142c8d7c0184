// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.log;

import java.util.Locale;

/** How much a line matters. */
public enum Level {
  /** Something that ought to be in force is not, or the agent ends. */
  ERROR(3),

  /** Something is not as it should be; the agent goes on, and says what it does about it. */
  WARNING(4),

  /** What happens. */
  INFO(6);

  private final int priority;

  Level(int priority) {
    this.priority = priority;
  }

  /** As it is written. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** As syslog(3) numbers it. */
  int priority() {
    return priority;
  }
}
