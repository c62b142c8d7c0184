// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.show;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A table as kubectl prints it: columns three blanks apart and six wide at least. */
public final class Columns {

  private static final int GAP = 3;
  private static final int MIN_WIDTH = 6;

  private final List<List<String>> rows = new ArrayList<>();

  /** Adds a row; the first one says how many columns there are. */
  public Columns add(List<String> row) {
    rows.add(row.stream().map(Words::harmless).toList());
    return this;
  }

  /** All rows, each with a line end. */
  public String text() {
    int[] widths = IntStream.range(0, rows.get(0).size()).map(this::width).toArray();
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      for (int column = 0; column < row.size(); column++) {
        String cell = row.get(column);
        text.append(cell);
        if (column < row.size() - 1) {
          text.append(" ".repeat(widths[column] - cell.length()));
        }
      }
      text.append('\n');
    }
    return text.toString();
  }

  private int width(int column) {
    int longest = rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    return Math.max(longest + GAP, MIN_WIDTH);
  }
}
