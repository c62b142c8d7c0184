// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.compile;

import dev.ferrule.rules.model.Endpoint;
import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.NodeView;
import dev.ferrule.rules.model.Service;
import dev.ferrule.rules.model.ServicePort;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The reasons behind the endpoints of a Service port. {@link ServiceCompiler} decides; this only
 * finds out why, so it costs nothing as long as nobody asks.
 *
 * @param endpoints every endpoint that has the port, sorted
 * @param hints what became of topology hints; they count for {@link Target.Pool#CLUSTER} only
 * @param withoutPort slices of the family that have endpoints but not this port
 */
public record EndpointReport(
    List<EndpointStanding> endpoints, HintUse hints, List<EndpointSlice> withoutPort) {

  public EndpointReport {
    endpoints = List.copyOf(endpoints);
    withoutPort = List.copyOf(withoutPort);
  }

  /**
   * The report on one of the two sets of endpoints.
   *
   * @param slices all EndpointSlices of the Service, in any order
   */
  public static EndpointReport of(
      Service service,
      ServicePort port,
      IpFamily family,
      List<EndpointSlice> slices,
      NodeContext context,
      Target.Pool pool) {
    NodeView node = context.node();
    List<EndpointSlice> ordered =
        slices.stream()
            .filter(slice -> slice.family() == family)
            .sorted(Comparator.comparing(EndpointSlice::name))
            .toList();
    EndpointPools pools = EndpointPools.of(port, family, ordered, context, service.balancing());
    Choice chosen = pool == Target.Pool.LOCAL ? pools.local() : pools.cluster();
    Map<Backend, Endpoint> merged = EndpointPools.merge(port, family, ordered, node);
    Map<Backend, Integer> copies = copies(port, family, ordered, node);
    List<EndpointStanding> standings = new ArrayList<>();
    List<Backend> ready = new ArrayList<>();
    merged.forEach(
        (backend, endpoint) -> {
          boolean weighted = service.balancing().weightOf(endpoint) > 0;
          if (weighted && endpoint.ready()) {
            ready.add(backend);
          }
          boolean elsewhere = pool == Target.Pool.LOCAL && !EndpointPools.isLocal(endpoint, node);
          standings.add(
              new EndpointStanding(
                  backend,
                  endpoint,
                  copies.getOrDefault(backend, 1),
                  standing(endpoint, chosen.backends().contains(backend), weighted, elsewhere)));
        });
    return new EndpointReport(
        standings,
        TopologyHints.use(node, ready, merged),
        ordered.stream()
            .filter(slice -> !slice.endpoints().isEmpty() && !hasPort(slice, port))
            .toList());
  }

  private static EndpointStanding.Standing standing(
      Endpoint endpoint, boolean chosen, boolean weighted, boolean elsewhere) {
    if (chosen) {
      return endpoint.ready()
          ? EndpointStanding.Standing.USED
          : EndpointStanding.Standing.USED_TERMINATING;
    }
    if (!weighted) {
      return EndpointStanding.Standing.WEIGHT_ZERO;
    }
    if (elsewhere) {
      return EndpointStanding.Standing.OTHER_NODE;
    }
    if (endpoint.ready()) {
      return EndpointStanding.Standing.HINTED_ELSEWHERE;
    }
    if (!endpoint.terminating()) {
      return EndpointStanding.Standing.NOT_READY;
    }
    return endpoint.serving()
        ? EndpointStanding.Standing.TERMINATING
        : EndpointStanding.Standing.TERMINATED;
  }

  private static boolean hasPort(EndpointSlice slice, ServicePort port) {
    return slice.ports().stream()
        .anyMatch(p -> p.protocol() == port.protocol() && p.name().equals(port.name()));
  }

  private static Map<Backend, Integer> copies(
      ServicePort port, IpFamily family, List<EndpointSlice> slices, NodeView node) {
    Map<Backend, Integer> copies = new HashMap<>();
    for (EndpointSlice slice : slices) {
      EndpointPools.merge(port, family, List.of(slice), node)
          .keySet()
          .forEach(backend -> copies.merge(backend, 1, Integer::sum));
    }
    return copies;
  }
}
