// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.kernel.TerminalSize;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where one text after another is shown: each in place of the one before on a terminal, one below
 * the other anywhere else. What was on the terminal before stays.
 */
final class Screen {

  /** For the line about all, the head of the table, the line of the cursor and one more. */
  private static final int LINES_BESIDE_ROWS = 4;

  /** A terminal of 80 by 24 if it does not know. */
  private static final int USUAL_LINES = 24;

  private static final String CLEAR_BELOW = "\u001b[J";

  private final PrintWriter out;
  private final Supplier<Optional<TerminalSize>> terminal;
  private int linesShown;

  /**
   * @param terminal empty where there is none; asked for each time, as people resize windows
   */
  Screen(PrintWriter out, Supplier<Optional<TerminalSize>> terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /**
   * On standard output.
   *
   * @param redraws whether a terminal shall be treated as one
   */
  static Screen of(PrintWriter out, boolean redraws) {
    if (!redraws || !Terminal.isOutput()) {
      return new Screen(out, Optional::empty);
    }
    // The shell's prompt shall not come behind the ^C that the terminal shows.
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  System.out.println();
                  System.out.flush();
                },
                "prompt"));
    return new Screen(out, TerminalSize::ofOutput);
  }

  /** How many rows of a table can be seen at once; without a terminal as many as said. */
  int room(int elsewhere) {
    return terminal
        .get()
        .map(size -> Math.max(1, lines(size) - LINES_BESIDE_ROWS))
        .orElse(elsewhere);
  }

  private static int lines(TerminalSize size) {
    return size.rows() == 0 ? USUAL_LINES : size.rows();
  }

  /**
   * Shows a text in place of the last one.
   *
   * @return false if nobody can read it any more
   */
  boolean show(String text) {
    Optional<TerminalSize> size = terminal.get();
    if (size.isEmpty()) {
      out.print(text);
      return !out.checkError();
    }
    List<String> lines = fitting(text.lines().toList(), size.get());
    StringBuilder drawn = new StringBuilder();
    if (linesShown > 0) {
      drawn.append("\u001b[").append(linesShown).append("A\r").append(CLEAR_BELOW);
    }
    lines.forEach(line -> drawn.append(line).append('\n'));
    linesShown = lines.size();
    out.print(drawn);
    return !out.checkError();
  }

  /** A line that is broken in two, or is above the screen, would not be found again. */
  private static List<String> fitting(List<String> lines, TerminalSize size) {
    return lines.stream()
        .limit(Math.max(1, lines(size) - 1))
        .map(
            line ->
                size.columns() > 0 && line.length() > size.columns()
                    ? line.substring(0, size.columns())
                    : line)
        .toList();
  }

  /** What is shown stays where it is: something else is written below it. */
  void keep() {
    linesShown = 0;
  }
}
