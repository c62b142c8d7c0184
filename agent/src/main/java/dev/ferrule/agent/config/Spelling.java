// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Guesses what a misspelt field was meant to be. */
final class Spelling {

  private static final int MOST_EDITS = 2;

  private Spelling() {}

  /** A hint to append to a message, or nothing if no known name is near. */
  static String hint(String written, Collection<String> known) {
    String lower = written.toLowerCase(Locale.ROOT);
    return known.stream()
        .filter(name -> edits(lower, name.toLowerCase(Locale.ROOT)) <= MOST_EDITS)
        .min(
            Comparator.comparingInt((String name) -> edits(lower, name.toLowerCase(Locale.ROOT)))
                .thenComparing(Comparator.naturalOrder()))
        .map(name -> " (did you mean " + name + "?)")
        .orElse("");
  }

  /** How many letters must be added, removed or changed to get from one text to the other. */
  private static int edits(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int above = row[j];
        int change = from.charAt(i - 1) == to.charAt(j - 1) ? diagonal : diagonal + 1;
        row[j] = Math.min(change, Math.min(above, row[j - 1]) + 1);
        diagonal = above;
      }
    }
    return row[to.length()];
  }
}
