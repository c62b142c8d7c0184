// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.objects;

import dev.ferrule.rules.model.Endpoint;
import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads Endpoints objects and turns them into slices, as a cluster's mirroring does. */
final class EndpointsReader {

  private EndpointsReader() {}

  static EndpointsManifest read(Metadata metadata, Fields object, Notices notices) {
    int weight = Annotations.weight(object, notices);
    List<EndpointSlice> slices = new ArrayList<>();
    for (Fields subset : object.objects("subsets")) {
      List<EndpointSlice.Port> ports = ports(subset);
      List<Endpoint> endpoints = new ArrayList<>();
      add(endpoints, subset, "addresses", true, weight);
      add(endpoints, subset, "notReadyAddresses", false, weight);
      SliceReader.byFamily(endpoints)
          .forEach(
              (family, members) ->
                  slices.add(
                      new EndpointSlice(
                          sliceName(metadata.name(), slices.size()),
                          metadata.name(),
                          family,
                          ports,
                          members)));
    }
    return new EndpointsManifest(metadata.name(), metadata.created(), slices);
  }

  private static ObjectName sliceName(ObjectName endpoints, int number) {
    return new ObjectName(endpoints.namespace(), endpoints.name() + "-" + (number + 1));
  }

  private static List<EndpointSlice.Port> ports(Fields subset) {
    List<EndpointSlice.Port> ports = new ArrayList<>();
    for (Fields entry : subset.objects("ports")) {
      if (!entry.has("port")) {
        throw entry.bad("port", "is missing");
      }
      ports.add(
          new EndpointSlice.Port(
              entry.text("name", "").intern(),
              entry.choice("protocol", Choices.PROTOCOLS, Protocol.TCP),
              entry.port("port")));
    }
    return ports;
  }

  private static void add(
      List<Endpoint> endpoints, Fields subset, String field, boolean ready, int weight) {
    for (Fields entry : subset.objects(field)) {
      IpAddress address = entry.address("ip");
      AddressRules.requireReachable(entry, "ip", address);
      String nodeName = entry.text("nodeName", "");
      endpoints.add(
          new Endpoint(
              address,
              ready,
              ready,
              false,
              nodeName.isEmpty() ? null : nodeName.intern(),
              Set.of(),
              Set.of(),
              weight));
    }
  }
}
