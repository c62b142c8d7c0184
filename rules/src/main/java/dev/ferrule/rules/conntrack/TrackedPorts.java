// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.conntrack;

import dev.ferrule.rules.compile.FrontendKey;
import dev.ferrule.rules.compile.TrackedPort;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.Protocol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the Service ports that a connection belongs to. Usually that is one; where several Services
 * claim the same address and port it is all of them.
 *
 * <p>Owned by one thread.
 */
public final class TrackedPorts {

  private final Map<ObjectName, List<TrackedPort>> byService = new HashMap<>();
  private final Map<FrontendKey, List<TrackedPort>> byDestination = new HashMap<>();
  private final Map<NodePort, List<TrackedPort>> byNodePort = new HashMap<>();

  private record NodePort(IpFamily family, int port) {}

  /**
   * Sets what is tracked of a Service.
   *
   * @param ports empty if nothing is, or the Service is gone
   * @return what was tracked of it until now
   */
  public List<TrackedPort> set(ObjectName service, List<TrackedPort> ports) {
    List<TrackedPort> before =
        ports.isEmpty() ? byService.remove(service) : byService.put(service, List.copyOf(ports));
    if (before != null) {
      before.forEach(this::remove);
    }
    ports.forEach(this::add);
    return before == null ? List.of() : before;
  }

  private void add(TrackedPort port) {
    port.destinations().forEach(key -> add(byDestination, key, port));
    if (port.nodePort() != 0) {
      add(byNodePort, new NodePort(port.family(), port.nodePort()), port);
    }
  }

  private void remove(TrackedPort port) {
    port.destinations().forEach(key -> remove(byDestination, key, port));
    if (port.nodePort() != 0) {
      remove(byNodePort, new NodePort(port.family(), port.nodePort()), port);
    }
  }

  private static <K> void add(Map<K, List<TrackedPort>> index, K key, TrackedPort port) {
    index.merge(key, List.of(port), TrackedPorts::both);
  }

  private static List<TrackedPort> both(List<TrackedPort> some, List<TrackedPort> more) {
    List<TrackedPort> both = new ArrayList<>(some);
    both.addAll(more);
    return List.copyOf(both);
  }

  private static <K> void remove(Map<K, List<TrackedPort>> index, K key, TrackedPort port) {
    index.computeIfPresent(
        key,
        (k, all) -> {
          List<TrackedPort> rest = all.stream().filter(other -> !other.equals(port)).toList();
          return rest.isEmpty() ? null : rest;
        });
  }

  /** The ports that a connection to this address and port belongs to; empty if it is not ours. */
  public List<TrackedPort> of(FrontendKey destination) {
    List<TrackedPort> exact = byDestination.get(destination);
    if (exact != null) {
      return exact;
    }
    return destination.protocol() == Protocol.UDP
        ? byNodePort.getOrDefault(new NodePort(destination.family(), destination.port()), List.of())
        : List.of();
  }
}
