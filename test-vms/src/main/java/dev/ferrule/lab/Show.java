// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

import java.io.PrintStream;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** What the demo says: headings, real output, small bars, and whether each promise was kept. */
final class Show {
  private static final int BAR = 40;

  private final PrintStream out;
  private int kept;
  private int broken;

  Show(PrintStream out) {
    this.out = out;
  }

  void heading(String text) {
    out.println();
    out.println("== " + text);
  }

  void line(String text) {
    out.println("   " + text);
  }

  /** What a person would have typed, and the first lines of what it said. */
  void command(String typed, String output, int most) {
    out.println("   $ " + typed);
    lines(output.lines().toList(), most);
  }

  void lines(List<String> lines, int most) {
    lines.stream().limit(most).forEach(l -> out.println("   | " + l));
    if (lines.size() > most) {
      out.println("   | ... " + (lines.size() - most) + " more lines");
    }
  }

  /** One bar for each server that answered. */
  void bars(Map<String, Integer> counts) {
    int most = Math.max(1, counts.values().stream().mapToInt(Integer::intValue).max().orElse(1));
    int width = counts.keySet().stream().mapToInt(String::length).max().orElse(0);
    counts.entrySet().stream()
        .sorted(Map.Entry.comparingByKey(Comparator.naturalOrder()))
        .forEach(
            e ->
                out.printf(
                    "   %-" + Math.max(1, width) + "s %4d %s%n",
                    e.getKey(),
                    e.getValue(),
                    "#".repeat(Math.round((float) BAR * e.getValue() / most))));
  }

  /** A promise; one that is broken makes the demo fail in the end. */
  void expect(boolean holds, String promise) {
    out.println((holds ? "   ok    " : "   FAIL  ") + promise);
    if (holds) {
      kept++;
    } else {
      broken++;
    }
  }

  boolean allKept() {
    return broken == 0 && kept > 0;
  }

  String summary() {
    return broken == 0
        ? "All " + kept + " expectations hold."
        : broken + " of " + (kept + broken) + " expectations do NOT hold.";
  }
}
