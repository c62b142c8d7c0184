// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.compile;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What happens to a new connection. */
public sealed interface Target {

  /**
   * One of the backends, at random or by a hash of the client's address.
   *
   * @param pool which of the Service's two sets of endpoints this is
   * @param backends sorted, without duplicates, at least one
   * @param weights the weight of each backend, at least 1, without a common divisor; empty if all
   *     are the same
   * @param hashSlots size of the table that the hash of the client's address points into; 0 to
   *     choose at random
   */
  record Balance(Pool pool, List<Backend> backends, List<Integer> weights, int hashSlots)
      implements Target {
    public Balance {
      backends = List.copyOf(backends);
      weights = List.copyOf(weights);
      if (backends.isEmpty()) {
        throw new IllegalArgumentException("nothing to balance over");
      }
      if (!weights.isEmpty() && weights.size() != backends.size()) {
        throw new IllegalArgumentException(
            weights.size() + " weights for " + backends.size() + " backends");
      }
    }

    /** Each backend with the same chance. */
    public static Balance even(Pool pool, List<Backend> backends) {
      return new Balance(pool, backends, List.of(), 0);
    }

    /** Whether a client's address decides, not chance. */
    public boolean hashed() {
      return hashSlots > 0;
    }

    /** How many slots {@link #slots} has, without making them. */
    public int slotCount() {
      if (hashed()) {
        return hashSlots;
      }
      return weights.isEmpty() ? backends.size() : weights.stream().mapToInt(w -> w).sum();
    }

    /**
     * What the kernel chooses from with equal chances: a backend has as many slots as its share is
     * large.
     */
    public List<Backend> slots() {
      if (hashed()) {
        return HashTable.fill(backends, weights, hashSlots);
      }
      if (weights.isEmpty()) {
        return backends;
      }
      List<Backend> slots = new ArrayList<>(slotCount());
      for (int i = 0; i < backends.size(); i++) {
        slots.addAll(Collections.nCopies(weights.get(i), backends.get(i)));
      }
      return slots;
    }
  }

  /** Swallowed: other nodes have endpoints, but the policy allows only this node's. */
  record Drop() implements Target {}

  /** Refused at once: there is no usable endpoint anywhere. */
  record Reject() implements Target {}

  /** The two sets of endpoints of a Service port. */
  enum Pool {
    /** Endpoints anywhere in the cluster. */
    CLUSTER,
    /** Endpoints on this node. */
    LOCAL
  }
}
