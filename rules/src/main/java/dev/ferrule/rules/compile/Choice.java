// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.compile;

import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Backends to choose from.
 *
 * @param backends sorted
 * @param weights of the backends, at least 1, without a common divisor; empty if all are the same
 */
record Choice(List<Backend> backends, List<Integer> weights) {

  static final Choice NONE = new Choice(List.of(), List.of());

  /** What one frontend may take of the kernel's memory for chances alone. */
  private static final int MAX_SLOTS = 65_536;

  Choice {
    // Copied once here, so that all frontends of the port share the list.
    backends = List.copyOf(backends);
  }

  /** The backends with their weights in the smallest numbers that keep the shares. */
  static Choice of(List<Backend> backends, ToIntFunction<Backend> weightOf) {
    int[] weights = backends.stream().mapToInt(weightOf).toArray();
    int divisor = 0;
    long sum = 0;
    boolean same = true;
    for (int weight : weights) {
      divisor = gcd(weight, divisor);
      sum += weight;
      same &= weight == weights[0];
    }
    if (same) {
      return new Choice(backends, List.of());
    }
    // So many endpoints that the exact shares would not fit: the nearest that do.
    double scale = sum / divisor > MAX_SLOTS ? (double) MAX_SLOTS / sum : 1.0 / divisor;
    Integer[] reduced = new Integer[weights.length];
    for (int i = 0; i < weights.length; i++) {
      reduced[i] = Math.max(1, (int) Math.round(weights[i] * scale));
    }
    return new Choice(backends, List.of(reduced));
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  boolean isEmpty() {
    return backends.isEmpty();
  }

  /**
   * The target that balances over these.
   *
   * @param hashSlots size of the table to hash into; 0 to choose at random
   */
  Target.Balance balance(Target.Pool pool, int hashSlots) {
    return new Target.Balance(pool, backends, weights, tableSize(hashSlots));
  }

  /** Each backend must be able to have a slot, however small the table was meant to be. */
  private int tableSize(int hashSlots) {
    if (hashSlots == 0 || hashSlots >= backends.size()) {
      return hashSlots;
    }
    return Math.min(MAX_SLOTS, Integer.highestOneBit(backends.size()) * 2);
  }
}
