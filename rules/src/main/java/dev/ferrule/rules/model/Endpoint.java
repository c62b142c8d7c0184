// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.model;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint of an EndpointSlice: an address and its state. Conditions that the API leaves out
 * are filled in as the API says: ready and serving true, terminating false.
 *
 * @param nodeName the Node it runs on, if known
 * @param zoneHints {@code hints.forZones}; empty for no hint
 * @param nodeHints {@code hints.forNodes}; empty for no hint
 * @param weight its share of new connections against the others', 0 to 100; 0 for none
 */
public record Endpoint(
    IpAddress address,
    boolean ready,
    boolean serving,
    boolean terminating,
    @Nullable String nodeName,
    Set<String> zoneHints,
    Set<String> nodeHints,
    int weight) {

  /** The weight of an endpoint unless something else is said. */
  public static final int DEFAULT_WEIGHT = 1;

  public static final int MAX_WEIGHT = 100;

  public Endpoint {
    zoneHints = Set.copyOf(zoneHints);
    nodeHints = Set.copyOf(nodeHints);
    requireWeight(weight);
  }

  /** An endpoint with the same weight as most. */
  public Endpoint(
      IpAddress address,
      boolean ready,
      boolean serving,
      boolean terminating,
      @Nullable String nodeName,
      Set<String> zoneHints,
      Set<String> nodeHints) {
    this(address, ready, serving, terminating, nodeName, zoneHints, nodeHints, DEFAULT_WEIGHT);
  }

  static void requireWeight(int weight) {
    if (weight < 0 || weight > MAX_WEIGHT) {
      throw new IllegalArgumentException("weight " + weight + " is not in 0 to " + MAX_WEIGHT);
    }
  }

  /** A ready endpoint without hints. */
  public static Endpoint ready(IpAddress address, @Nullable String nodeName) {
    return new Endpoint(address, true, true, false, nodeName, Set.of(), Set.of());
  }
}
