// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.bench;

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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A cluster of ClusterIP Services, each with its own Pods, all on other nodes. */
record Cluster(int services, int endpoints) {

  private static final IpAddress FIRST_SERVICE = IpAddress.parse("10.96.0.10");
  private static final IpAddress FIRST_POD = IpAddress.parse("10.128.0.10");

  CatalogChange whole() {
    Map<ObjectName, Optional<Service>> all = new HashMap<>();
    Map<ObjectName, List<EndpointSlice>> slices = new HashMap<>();
    for (int i = 0; i < services; i++) {
      all.put(name(i), Optional.of(service(i)));
      slices.put(name(i), List.of(slice(i, 0)));
    }
    return new CatalogChange(all, slices, null, List.of(Cidr.parse("10.96.0.0/12")));
  }

  /** One endpoint of a Service is another Pod than in {@link #whole}. */
  CatalogChange swapped(int service, int generation) {
    return new CatalogChange(
        Map.of(),
        Map.of(name(service), List.of(slice(service, generation))),
        null,
        List.of(Cidr.parse("10.96.0.0/12")));
  }

  static ObjectName name(int service) {
    return new ObjectName("bench", "service-" + service);
  }

  private static Service service(int i) {
    return new Service(
        name(i),
        0,
        ServiceType.CLUSTER_IP,
        List.of(FIRST_SERVICE.plus(i)),
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

  private EndpointSlice slice(int service, int generation) {
    List<Endpoint> list = new ArrayList<>();
    for (int i = 0; i < endpoints; i++) {
      int pod = service * endpoints + i + (i == endpoints - 1 ? generation * 1_000_000 : 0);
      list.add(Endpoint.ready(FIRST_POD.plus(pod), "node-" + pod % 100));
    }
    return new EndpointSlice(
        new ObjectName("bench", "service-" + service + "-x"),
        name(service),
        IpFamily.IPV4,
        List.of(new EndpointSlice.Port("http", Protocol.TCP, 8080)),
        list);
  }
}
