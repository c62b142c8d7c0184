// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.metrics;

import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Upper bounds of histograms, in seconds. */
final class Buckets {

  private Buckets() {}

  /**
   * From an eighth of a millisecond to 16 seconds: kube-proxy's limits of a sync are among them.
   */
  static double[] sync() {
    return IntStream.range(0, 18).mapToDouble(power -> Math.scalb(0.000125, power)).toArray();
  }

  /** Those of kube-proxy for {@code network_programming_duration_seconds}, up to five minutes. */
  static double[] programming() {
    return Stream.of(steps(0.25, 0.25, 2), steps(1, 1, 59), steps(60, 5, 12), steps(120, 30, 7))
        .flatMapToDouble(steps -> steps)
        .toArray();
  }

  private static DoubleStream steps(double first, double width, int count) {
    return IntStream.range(0, count).mapToDouble(step -> first + step * width);
  }
}
