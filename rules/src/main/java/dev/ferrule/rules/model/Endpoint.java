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
 */
public record Endpoint(
    IpAddress address,
    boolean ready,
    boolean serving,
    boolean terminating,
    @Nullable String nodeName,
    Set<String> zoneHints,
    Set<String> nodeHints) {

  public Endpoint {
    zoneHints = Set.copyOf(zoneHints);
    nodeHints = Set.copyOf(nodeHints);
  }

  /** A ready endpoint without hints. */
  public static Endpoint ready(IpAddress address, @Nullable String nodeName) {
    return new Endpoint(address, true, true, false, nodeName, Set.of(), Set.of());
  }
}
