// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.bench;

import java.util.Arrays;
import java.util.Locale;

/** How measurements are told. */
final class Figures {

  private Figures() {}

  /** Prints what a number of runs took. */
  static void print(String what, double[] milliseconds) {
    double[] sorted = milliseconds.clone();
    Arrays.sort(sorted);
    System.out.printf(
        Locale.ROOT,
        "%-60s median %.3f ms, p99 %.3f, min %.3f, max %.3f%n",
        what,
        median(sorted),
        sorted[(int) ((sorted.length - 1) * 0.99)],
        sorted[0],
        sorted[sorted.length - 1]);
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
