// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.compile;

import dev.ferrule.rules.model.IpAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Which backend has which slot when a hash of the client's address chooses. Each slot goes to the
 * backend that scores highest there (rendezvous hashing, Thaler and Ravishankar 1998, with the
 * weights of Schindelhauer and Schomaker 2005). So a backend that goes gives up its own slots and
 * no other changes hands, and one that comes takes only those it wins; Maglev's permutations fill a
 * table more evenly, but move some clients of backends that stay. The scores depend on nothing but
 * the backend and the slot: every node, and every restart, makes the same table.
 */
final class HashTable {

  /** The fractional part of the golden ratio, as splitmix64 steps. */
  private static final long STEP = 0x9e3779b97f4a7c15L;

  private HashTable() {}

  /**
   * The backend of each slot.
   *
   * @param weights of the backends; empty if all are the same
   */
  static List<Backend> fill(List<Backend> backends, List<Integer> weights, int slots) {
    long[] seeds = backends.stream().mapToLong(HashTable::seed).toArray();
    List<Backend> table = new ArrayList<>(slots);
    for (int slot = 0; slot < slots; slot++) {
      table.add(backends.get(weights.isEmpty() ? best(seeds, slot) : best(seeds, weights, slot)));
    }
    return table;
  }

  private static int best(long[] seeds, int slot) {
    int best = 0;
    long highest = score(seeds[0], slot);
    for (int i = 1; i < seeds.length; i++) {
      long score = score(seeds[i], slot);
      if (score > highest) {
        best = i;
        highest = score;
      }
    }
    return best;
  }

  /** The same, and for equal weights with the same result. */
  private static int best(long[] seeds, List<Integer> weights, int slot) {
    int best = 0;
    double highest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < seeds.length; i++) {
      // Strict: each node must come to the same table whatever its processor is.
      double score = weights.get(i) / -StrictMath.log(unit(score(seeds[i], slot)));
      if (score > highest) {
        best = i;
        highest = score;
      }
    }
    return best;
  }

  /** Strictly between 0 and 1. */
  private static double unit(long score) {
    return ((score >>> 10) + 0.5) / (1L << 53);
  }

  /** At least 0. */
  private static long score(long seed, int slot) {
    return mix(seed + slot * STEP) >>> 1;
  }

  private static long seed(Backend backend) {
    long seed = backend.port();
    IpAddress address = backend.address();
    for (byte b : address.bytes()) {
      seed = mix(seed * 257 + (b & 0xff));
    }
    return seed;
  }

  /** The finalizer of splitmix64. */
  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
