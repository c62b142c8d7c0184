// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.log;

import java.util.Arrays;
import java.util.Locale;

/** How lines are written. */
public enum LogFormat {
  /** Sentences. */
  TEXT,

  /** An object of JSON a line. */
  JSON;

  /**
   * Reads the name of a format.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public static LogFormat parse(String text) {
    return Arrays.stream(values())
        .filter(format -> format.name().toLowerCase(Locale.ROOT).equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("\"" + text + "\" is no format"));
  }
}
