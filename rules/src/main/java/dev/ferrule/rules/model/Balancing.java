// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.model;

import java.util.Map;

/**
 * How a Service spreads its connections, beyond what Kubernetes knows: at random with equal chances
 * unless annotations {@code ferrule.dev/...} say otherwise.
 *
 * @param hashSlots size of the table in which the hash of the source address finds the endpoint, 2
 *     to 65,536; 0 to choose at random
 * @param weights weights of single endpoints, 0 to 100, by address; they count before the weight
 *     that an EndpointSlice gives
 */
public record Balancing(int hashSlots, Map<IpAddress, Integer> weights) {

  /** At random, every endpoint with the same chance. */
  public static final Balancing EVEN = new Balancing(0, Map.of());

  /** Table size unless said otherwise: shares of 10 endpoints differ by a tenth or so. */
  public static final int DEFAULT_HASH_SLOTS = 1024;

  public static final int MIN_HASH_SLOTS = 2;

  public static final int MAX_HASH_SLOTS = 65_536;

  public Balancing {
    weights = Map.copyOf(weights);
    if (hashSlots != 0 && (hashSlots < MIN_HASH_SLOTS || hashSlots > MAX_HASH_SLOTS)) {
      throw new IllegalArgumentException(
          "a table of " + hashSlots + " slots: not in " + MIN_HASH_SLOTS + " to " + MAX_HASH_SLOTS);
    }
    weights.values().forEach(Endpoint::requireWeight);
  }

  /** The weight of an endpoint of the Service. */
  public int weightOf(Endpoint endpoint) {
    return weights.getOrDefault(endpoint.address(), endpoint.weight());
  }
}
