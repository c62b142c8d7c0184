// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.testing;

import dev.ferrule.rules.model.Balancing;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.Endpoint;
import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.LoadBalancerAddress;
import dev.ferrule.rules.model.NodeView;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.Protocol;
import dev.ferrule.rules.model.Service;
import dev.ferrule.rules.model.ServicePort;
import dev.ferrule.rules.model.ServiceType;
import dev.ferrule.rules.model.TrafficPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Services with few names and few addresses, so that changes and clashes are frequent. */
public final class RandomServices {

  public static final NodeView NODE =
      new NodeView(
          "node-1",
          "zone-a",
          List.of(IpAddress.parse("192.168.0.2"), IpAddress.parse("2001:db8::1")),
          List.of(),
          List.of());

  private final Random random;

  public RandomServices(long seed) {
    random = new Random(seed);
  }

  public ObjectName name() {
    return new ObjectName("ns", "svc-" + random.nextInt(6));
  }

  public Service service(ObjectName name) {
    boolean headless = random.nextInt(10) == 0;
    List<IpAddress> clusterIps = new ArrayList<>();
    if (!headless) {
      clusterIps.add(IpAddress.parse("10.96.0." + (1 + random.nextInt(8))));
      if (random.nextBoolean()) {
        clusterIps.add(IpAddress.parse("fd00:10:96::" + (1 + random.nextInt(8))));
      }
    }
    List<ServicePort> ports = new ArrayList<>();
    for (int i = 0; i < 1 + random.nextInt(3); i++) {
      Protocol protocol = List.of(Protocol.values()).get(random.nextInt(3));
      ports.add(
          new ServicePort(
              "p" + i,
              protocol,
              80 + i,
              "8080",
              random.nextInt(3) == 0 ? 30_000 + random.nextInt(4) : 0));
    }
    return new Service(
        name,
        random.nextInt(3),
        random.nextInt(15) == 0 ? ServiceType.EXTERNAL_NAME : ServiceType.LOAD_BALANCER,
        clusterIps,
        ports,
        random.nextInt(3) == 0
            ? List.of(IpAddress.parse("203.0.113." + random.nextInt(3)))
            : List.of(),
        random.nextInt(3) == 0
            ? List.of(
                new LoadBalancerAddress(
                    IpAddress.parse("198.51.100." + random.nextInt(3)), random.nextInt(4) == 0))
            : List.of(),
        random.nextInt(3) == 0
            ? List.of(
                Cidr.parse("192.0.2.0/24"),
                Cidr.parse("192.0.2." + random.nextInt(255) + "/32"),
                Cidr.parse("192.168.0.0/16"))
            : List.of(),
        List.of(TrafficPolicy.values()).get(random.nextInt(2)),
        List.of(TrafficPolicy.values()).get(random.nextInt(2)),
        random.nextInt(2) * (10 + random.nextInt(3)),
        0,
        Map.of(),
        balancing());
  }

  private Balancing balancing() {
    return switch (random.nextInt(4)) {
      case 0 -> new Balancing(8, Map.of());
      case 1 -> new Balancing(0, Map.of(IpAddress.parse("10.244.1.1"), random.nextInt(3)));
      default -> Balancing.EVEN;
    };
  }

  public List<EndpointSlice> slices(ObjectName service) {
    List<EndpointSlice> slices = new ArrayList<>();
    for (IpFamily family : IpFamily.values()) {
      List<Endpoint> endpoints = new ArrayList<>();
      String prefix = family == IpFamily.IPV4 ? "10.244.1." : "fd00:10:244::";
      for (int i = random.nextInt(5); i > 0; i--) {
        endpoints.add(
            new Endpoint(
                address(family, prefix),
                random.nextInt(4) > 0,
                random.nextInt(4) > 0,
                random.nextInt(3) == 0,
                random.nextBoolean() ? "node-1" : "node-2",
                random.nextInt(3) == 0
                    ? Set.of()
                    : Set.of(random.nextBoolean() ? "zone-a" : "zone-b"),
                Set.of(),
                random.nextInt(3) == 0 ? random.nextInt(4) : 1));
      }
      List<EndpointSlice.Port> ports = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        for (Protocol protocol : Protocol.values()) {
          ports.add(new EndpointSlice.Port("p" + i, protocol, 8080 + i));
        }
      }
      slices.add(
          new EndpointSlice(
              new ObjectName(service.namespace(), service.name() + "-" + family),
              service,
              family,
              ports,
              endpoints));
    }
    return slices;
  }

  /** A Pod's, sometimes the node's own, sometimes one that belongs to Services. */
  private IpAddress address(IpFamily family, String prefix) {
    return switch (random.nextInt(12)) {
      case 0 -> NODE.primaryAddresses().get(family == IpFamily.IPV4 ? 0 : 1);
      case 1 ->
          IpAddress.parse(
              (family == IpFamily.IPV4 ? "10.96.0." : "fd00:10:96::") + (1 + random.nextInt(9)));
      default -> IpAddress.parse(prefix + (1 + random.nextInt(9)));
    };
  }
}
