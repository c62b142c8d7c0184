// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.page;

import dev.ferrule.rules.compile.ForwardingSettings;
import dev.ferrule.rules.compile.NodePortAddresses;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.model.CatalogChange;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.Endpoint;
import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.Protocol;
import dev.ferrule.rules.model.Service;
import dev.ferrule.rules.model.ServicePort;
import dev.ferrule.rules.model.ServiceType;
import dev.ferrule.rules.model.TrafficPolicy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Services for the tests of this package. */
final class Shop {

  private final DesiredState state =
      new DesiredState(
          new ForwardingSettings(
              NodePortAddresses.PRIMARY, List.of(Cidr.parse("10.244.0.0/16")), false, false),
          "node-1",
          List.of(IpAddress.parse("192.168.0.2")));

  DesiredState state() {
    return state;
  }

  /** A Service of the namespace with so many endpoints. */
  DesiredState.Update put(String namespace, String name, int number, int endpoints) {
    return put(Map.of(new ObjectName(namespace, name), number), endpoints);
  }

  /** Services with their numbers, which give them addresses. */
  DesiredState.Update put(Map<ObjectName, Integer> numbers, int endpoints) {
    Map<ObjectName, Optional<Service>> services = new HashMap<>();
    Map<ObjectName, List<EndpointSlice>> slices = new HashMap<>();
    numbers.forEach(
        (name, number) -> {
          services.put(name, Optional.of(service(name, number)));
          slices.put(name, List.of(slice(name, number, endpoints)));
        });
    return state.update(new CatalogChange(services, slices, null, List.of()));
  }

  private static Service service(ObjectName name, int number) {
    return new Service(
        name,
        1,
        ServiceType.CLUSTER_IP,
        List.of(IpAddress.parse("10.96.0.0").plus(number)),
        List.of(new ServicePort("http", Protocol.TCP, 80, "8080", 0)),
        List.of(),
        List.of(),
        List.of(),
        TrafficPolicy.CLUSTER,
        TrafficPolicy.CLUSTER,
        0,
        0,
        Map.of());
  }

  private static EndpointSlice slice(ObjectName service, int number, int endpoints) {
    IpAddress first = IpAddress.parse("10.244.0.0").plus(4L * number);
    return new EndpointSlice(
        service,
        service,
        IpFamily.IPV4,
        List.of(new EndpointSlice.Port("http", Protocol.TCP, 8080)),
        IntStream.range(0, endpoints)
            .mapToObj(i -> Endpoint.ready(first.plus(i), "node-1"))
            .toList());
  }
}
