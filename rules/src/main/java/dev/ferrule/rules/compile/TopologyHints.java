// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.compile;

import dev.ferrule.rules.model.Endpoint;
import dev.ferrule.rules.model.NodeView;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * Keeps traffic near where EndpointSlices say so. All or nothing: hints count only if every ready
 * endpoint has one and at least one names this node (or its zone); a partial set would overload the
 * few endpoints it holds.
 */
final class TopologyHints {

  private TopologyHints() {}

  static List<Backend> apply(NodeView node, List<Backend> ready, Map<Backend, Endpoint> endpoints) {
    List<Backend> sameNode = hinted(ready, endpoints, Endpoint::nodeHints, node.name());
    if (!sameNode.isEmpty()) {
      return sameNode;
    }
    String zone = node.zone();
    if (zone == null) {
      return ready;
    }
    List<Backend> sameZone = hinted(ready, endpoints, Endpoint::zoneHints, zone);
    return sameZone.isEmpty() ? ready : sameZone;
  }

  /** The backends whose hints name the place; none if any backend has no hints. */
  private static List<Backend> hinted(
      List<Backend> ready,
      Map<Backend, Endpoint> endpoints,
      Function<Endpoint, Set<String>> hints,
      String place) {
    Function<Backend, Set<String>> of =
        backend -> {
          Endpoint endpoint = endpoints.get(backend);
          return endpoint == null ? Set.of() : hints.apply(endpoint);
        };
    if (ready.stream().anyMatch(backend -> of.apply(backend).isEmpty())) {
      return List.of();
    }
    return ready.stream().filter(backend -> of.apply(backend).contains(place)).toList();
  }

  /** Why {@link #apply} chose as it did. */
  static HintUse use(NodeView node, List<Backend> ready, Map<Backend, Endpoint> endpoints) {
    if (!hinted(ready, endpoints, Endpoint::nodeHints, node.name()).isEmpty()) {
      return HintUse.SAME_NODE;
    }
    String zone = node.zone();
    if (zone != null && !hinted(ready, endpoints, Endpoint::zoneHints, zone).isEmpty()) {
      return HintUse.SAME_ZONE;
    }
    List<Endpoint> all = ready.stream().map(endpoints::get).filter(Objects::nonNull).toList();
    if (all.stream().allMatch(e -> e.zoneHints().isEmpty() && e.nodeHints().isEmpty())) {
      return HintUse.NONE_GIVEN;
    }
    if (all.stream().anyMatch(endpoint -> endpoint.zoneHints().isEmpty())) {
      return HintUse.SOME_WITHOUT;
    }
    return zone == null ? HintUse.NODE_WITHOUT_ZONE : HintUse.NONE_NAMES_ZONE;
  }
}
