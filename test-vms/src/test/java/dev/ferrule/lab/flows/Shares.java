// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import java.util.Map;

/**
 * Whether targets were hit as often as their weights say. The bounds are five standard deviations
 * wide, so that a right choice fails less than once in a million scenarios, and there are enough
 * packets that a target of weight one is not taken for one of weight two.
 */
record Shares(Map<String, Integer> weights) {
  private static final int LEAST = 600;
  private static final int MOST = 6000;
  private static final int OF_THE_LIGHTEST = 60;
  private static final int DEVIATIONS = 5;

  /** How many packets it takes to tell. */
  int packets() {
    double lightest = weights.values().stream().mapToDouble(this::share).min().orElse(1);
    return (int) Math.max(LEAST, Math.min(MOST, OF_THE_LIGHTEST / lightest));
  }

  boolean fit(Map<String, Integer> counts) {
    int all = counts.values().stream().mapToInt(i -> i).sum();
    return weights.entrySet().stream()
        .allMatch(
            target -> {
              double share = share(target.getValue());
              double deviation = Math.sqrt(all * share * (1 - share));
              double off = Math.abs(counts.getOrDefault(target.getKey(), 0) - all * share);
              return off <= DEVIATIONS * deviation + 1;
            });
  }

  private double share(int weight) {
    return (double) weight / weights.values().stream().mapToInt(i -> i).sum();
  }
}
