// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.show;

import dev.ferrule.rules.model.Endpoint;
import dev.ferrule.rules.model.EndpointSlice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The endpoints of a Service in the form of an Endpoints object. */
final class EndpointsObject {

  private EndpointsObject() {}

  static Map<String, Object> of(ShownService shown) {
    Map<String, Object> object = new TreeMap<>();
    object.put("apiVersion", "v1");
    object.put("kind", "Endpoints");
    object.put(
        "metadata",
        ApiMetadata.of(
            shown.service().name(), shown.service().created(), shown.details().labels(), Map.of()));
    List<Map<String, Object>> subsets = new ArrayList<>();
    for (EndpointSlice slice : shown.slices()) {
      Map<String, Object> subset = new TreeMap<>();
      put(subset, "addresses", slice, Endpoint::ready);
      put(
          subset,
          "notReadyAddresses",
          slice,
          endpoint -> !endpoint.ready() && !endpoint.terminating());
      if (!subset.isEmpty()) {
        subset.put("ports", slice.ports().stream().map(EndpointsObject::port).toList());
        subsets.add(subset);
      }
    }
    if (!subsets.isEmpty()) {
      object.put("subsets", subsets);
    }
    return object;
  }

  private static void put(
      Map<String, Object> subset, String field, EndpointSlice slice, Predicate<Endpoint> which) {
    List<Map<String, Object>> addresses =
        slice.endpoints().stream().filter(which).map(EndpointsObject::address).toList();
    if (!addresses.isEmpty()) {
      subset.put(field, addresses);
    }
  }

  private static Map<String, Object> address(Endpoint endpoint) {
    Map<String, Object> address = new TreeMap<>();
    address.put("ip", endpoint.address().toString());
    if (endpoint.nodeName() != null) {
      address.put("nodeName", endpoint.nodeName());
    }
    return address;
  }

  private static Map<String, Object> port(EndpointSlice.Port port) {
    Map<String, Object> object = new TreeMap<>();
    if (!port.name().isEmpty()) {
      object.put("name", port.name());
    }
    object.put("port", port.port());
    object.put("protocol", port.protocol().name());
    return object;
  }
}
