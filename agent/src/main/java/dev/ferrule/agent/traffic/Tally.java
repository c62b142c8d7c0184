// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.traffic;

import dev.ferrule.rules.compile.ServicePortName;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** A sum of connections, by Service port and by endpoint. */
final class Tally {

  /** So many endpoints that are gone are remembered beside those that are there. */
  private static final int ENDPOINTS_KEPT = 10_000;

  private final Map<ServicePortName, Long> services = new HashMap<>();
  private final Map<ServiceEndpoint, Long> endpoints = new HashMap<>();

  void add(ServicePortName service, long connections) {
    services.merge(service, connections, Long::sum);
  }

  void add(ServiceEndpoint endpoint, long connections) {
    if (connections != 0) {
      endpoints.merge(endpoint, connections, Long::sum);
    }
  }

  void add(Tally other) {
    other.services.forEach(this::add);
    other.endpoints.forEach(this::add);
  }

  void subtract(Tally other) {
    other.services.forEach((service, connections) -> add(service, -connections));
    other.endpoints.forEach((endpoint, connections) -> add(endpoint, -connections));
  }

  /** Forgets what Services that are no more have had. */
  void forget(Set<String> names) {
    services.keySet().removeIf(port -> names.contains(port.service().toString()));
    endpoints.keySet().removeIf(end -> names.contains(end.service().service().toString()));
  }

  /** Forgets endpoints that are not in use when there are many of them. */
  void forgetAllBut(Tally live) {
    if (endpoints.size() > ENDPOINTS_KEPT + live.endpoints.size()) {
      endpoints.keySet().retainAll(live.endpoints.keySet());
    }
  }

  /** The sum as of an instant, in no case less than another one. */
  ConnectionCounts counts(long nanos, ConnectionCounts least) {
    least
        .services()
        .forEach(
            (service, was) -> services.computeIfPresent(service, (s, is) -> Math.max(was, is)));
    least
        .endpoints()
        .forEach((end, was) -> endpoints.computeIfPresent(end, (e, is) -> Math.max(was, is)));
    return counts(nanos);
  }

  /** The sum as of an instant. */
  ConnectionCounts counts(long nanos) {
    endpoints.values().removeIf(connections -> connections <= 0);
    services.replaceAll((service, connections) -> Math.max(0, connections));
    return new ConnectionCounts(nanos, services, endpoints);
  }
}
