// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.compile;

import dev.ferrule.rules.model.Balancing;
import dev.ferrule.rules.model.Endpoint;
import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.NodeView;
import dev.ferrule.rules.model.Protocol;
import dev.ferrule.rules.model.ServicePort;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of one Service port that may be chosen, in one family.
 *
 * @param cluster those usable from anywhere, topology hints applied
 * @param local those on this node
 * @param tracked those that connections may stay with; empty if the port is not tracked
 */
record EndpointPools(Choice cluster, Choice local, List<Backend> tracked) {

  EndpointPools {
    // One list instead of two that are the same, as they nearly always are.
    tracked = tracked.equals(cluster.backends()) ? cluster.backends() : List.copyOf(tracked);
  }

  /**
   * Merges all slices of the Service and picks the usable endpoints, separately for both sets:
   * ready ones, or if there are none, those that serve while they terminate (KEP-1669). Those of
   * weight 0 are for nobody.
   */
  static EndpointPools of(
      ServicePort port,
      IpFamily family,
      List<EndpointSlice> slices,
      NodeContext context,
      Balancing balancing) {
    NodeView node = context.node();
    Map<Backend, Endpoint> merged = merge(port, family, slices, node);
    List<Backend> tracked = tracked(port, merged, context); // whatever the weights say
    merged.values().removeIf(endpoint -> balancing.weightOf(endpoint) == 0);
    if (merged.isEmpty()) {
      return new EndpointPools(Choice.NONE, Choice.NONE, tracked);
    }
    Predicate<Endpoint> local = endpoint -> isLocal(endpoint, node);
    List<Backend> cluster = TopologyHints.apply(node, filter(merged, Endpoint::ready), merged);
    List<Backend> localReady = filter(merged, local.and(Endpoint::ready));
    Predicate<Endpoint> draining = endpoint -> endpoint.serving() && endpoint.terminating();
    ToIntFunction<Backend> weightOf = backend -> weight(merged.get(backend), balancing);
    return new EndpointPools(
        Choice.of(cluster.isEmpty() ? filter(merged, draining) : cluster, weightOf),
        Choice.of(
            localReady.isEmpty() ? filter(merged, local.and(draining)) : localReady, weightOf),
        tracked);
  }

  private static int weight(@Nullable Endpoint endpoint, Balancing balancing) {
    return endpoint == null ? 0 : balancing.weightOf(endpoint);
  }

  private static List<Backend> tracked(
      ServicePort port, Map<Backend, Endpoint> merged, NodeContext context) {
    if (!context.tracks(port.protocol())) {
      return List.of();
    }
    return port.protocol() == Protocol.UDP
        ? filter(merged, Endpoint::serving)
        : List.copyOf(merged.keySet());
  }

  static boolean isLocal(Endpoint endpoint, NodeView node) {
    return node.name().equals(endpoint.nodeName());
  }

  /**
   * Every endpoint of the port once, whether it can be used or not: the one of two copies that
   * counts.
   */
  static Map<Backend, Endpoint> merge(
      ServicePort port, IpFamily family, Collection<EndpointSlice> slices, NodeView node) {
    Map<Backend, Endpoint> merged = new TreeMap<>();
    for (EndpointSlice slice : slices) {
      if (slice.family() != family) {
        continue;
      }
      for (EndpointSlice.Port slicePort : slice.ports()) {
        if (slicePort.protocol() == port.protocol() && slicePort.name().equals(port.name())) {
          for (Endpoint endpoint : slice.endpoints()) {
            merged.merge(
                new Backend(endpoint.address(), slicePort.port()),
                endpoint,
                (one, other) -> better(one, other, node));
          }
        }
      }
    }
    return merged;
  }

  /**
   * Of two copies of one endpoint, as slices hold them while it moves from one to the other: the
   * local one, else the ready one, else the serving one.
   */
  private static Endpoint better(Endpoint one, Endpoint other, NodeView node) {
    if (isLocal(one, node) != isLocal(other, node)) {
      return isLocal(one, node) ? one : other;
    }
    if (one.ready() != other.ready()) {
      return one.ready() ? one : other;
    }
    return one.serving() || !other.serving() ? one : other;
  }

  private static List<Backend> filter(Map<Backend, Endpoint> merged, Predicate<Endpoint> keep) {
    List<Backend> backends = new ArrayList<>(merged.size());
    merged.forEach(
        (backend, endpoint) -> {
          if (keep.test(endpoint)) {
            backends.add(backend);
          }
        });
    return backends;
  }
}
