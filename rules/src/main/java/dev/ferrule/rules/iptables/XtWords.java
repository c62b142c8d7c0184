// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import java.util.ArrayList;
import java.util.List;

/** A line of iptables-save in words, with quotes as iptables-restore reads them (xshared.c). */
final class XtWords {

  private final List<String> words;
  private int next;

  XtWords(String line) {
    words = split(line);
  }

  private static List<String> split(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean inQuotes = false;
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (inQuotes && c == '\\' && i + 1 < line.length()) {
        word.append(line.charAt(++i));
      } else if (c == '"') {
        inQuotes = !inQuotes;
        quoted = true;
      } else if (!inQuotes && (c == ' ' || c == '\t')) {
        if (word.length() > 0 || quoted) {
          words.add(word.toString());
        }
        word.setLength(0);
        quoted = false;
      } else {
        word.append(c);
      }
    }
    if (word.length() > 0 || quoted) {
      words.add(word.toString());
    }
    return words;
  }

  boolean isAtEnd() {
    return next == words.size();
  }

  /**
   * The next word.
   *
   * @throws IllegalArgumentException at the end
   */
  String next() {
    if (isAtEnd()) {
      throw new IllegalArgumentException("it ends too soon");
    }
    return words.get(next++);
  }

  /** Passes over words that must come now. */
  void expect(String... expected) {
    for (String word : expected) {
      String found = next();
      if (!found.equals(word)) {
        throw new IllegalArgumentException(found + " instead of " + word);
      }
    }
  }

  /** The target of a rule, whatever it is; empty if it has none. */
  String target() {
    for (int i = 0; i + 1 < words.size(); i++) {
      if (words.get(i).equals("-j") || words.get(i).equals("-g")) {
        return words.get(i + 1);
      }
    }
    return "";
  }

  /** Whether the rule leads to a chain of ours: then nothing stands behind the chain's name. */
  boolean leadToOurs() {
    int size = words.size();
    return size >= 2
        && (words.get(size - 2).equals("-j") || words.get(size - 2).equals("-g"))
        && words.get(size - 1).startsWith(XtChain.PREFIX);
  }
}
