// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.log;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The latest lines that this process wrote, with the time of each: what was told just before is
 * wanted where it is asked what is wrong, and the journal may be elsewhere. Safe for several
 * threads.
 */
public final class RecentLines {

  private static final int MOST_LINES = 2000;

  /** What is longer, in characters, is cut off. */
  private static final int MOST_OF_LINE = 2000;

  /** All lines together, in characters. */
  private static final int MOST_CHARACTERS = 512 * 1024;

  /** Of this process. */
  public static final RecentLines OF_PROCESS = new RecentLines();

  // Guarded by this object.
  private final Deque<String> lines = new ArrayDeque<>();
  private int characters;

  RecentLines() {}

  /** Keeps one line, written at this moment. */
  synchronized void add(String line) {
    String kept = line.substring(0, Math.min(line.length(), MOST_OF_LINE));
    String dated = Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + kept + "\n";
    lines.addLast(dated);
    characters += dated.length();
    while (lines.size() > MOST_LINES || characters > MOST_CHARACTERS) {
      characters -= lines.removeFirst().length();
    }
  }

  /** All that are kept, the oldest first. */
  public synchronized String text() {
    return String.join("", lines);
  }
}
