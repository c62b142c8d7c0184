// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.testing;

import dev.ferrule.rules.compile.ForwardingSettings;
import dev.ferrule.rules.compile.NodeContext;
import dev.ferrule.rules.compile.NodePortAddresses;
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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Objects for tests, one line each. */
public final class Examples {

  public static final ObjectName WEB = new ObjectName("default", "web");

  public static final NodeView NODE =
      new NodeView(
          "node-1",
          "zone-a",
          List.of(ip("192.168.0.2"), ip("2001:db8::1")),
          List.of(ip("192.168.0.2"), ip("192.168.1.2"), ip("2001:db8::1")),
          List.of());

  public static final ForwardingSettings SETTINGS =
      new ForwardingSettings(
          NodePortAddresses.PRIMARY,
          List.of(Cidr.parse("10.244.0.0/16"), Cidr.parse("fd00:10:244::/64")),
          false,
          false);

  public static final NodeContext CONTEXT = NodeContext.of(NODE, SETTINGS);

  private Examples() {}

  public static IpAddress ip(String text) {
    return IpAddress.parse(text);
  }

  /** A port named http, 80 to 8080. */
  public static ServicePort http(int nodePort) {
    return new ServicePort("http", Protocol.TCP, 80, "8080", nodePort);
  }

  /** Endpoints of {@link #WEB}'s port http; one that ends in {@code @node} runs there. */
  public static EndpointSlice slice(String... endpoints) {
    List<Endpoint> list = new ArrayList<>();
    for (String endpoint : endpoints) {
      String[] parts = endpoint.split("@", 2);
      list.add(Endpoint.ready(ip(parts[0]), parts.length > 1 ? parts[1] : null));
    }
    return slice(list);
  }

  public static EndpointSlice slice(List<Endpoint> endpoints) {
    IpFamily family = endpoints.isEmpty() ? IpFamily.IPV4 : endpoints.get(0).address().family();
    return new EndpointSlice(
        new ObjectName("default", "web-" + family),
        WEB,
        family,
        List.of(new EndpointSlice.Port("http", Protocol.TCP, 8080)),
        endpoints);
  }

  public static Endpoint endpoint(
      String address, boolean ready, boolean serving, boolean terminating, String node) {
    return new Endpoint(ip(address), ready, serving, terminating, node, Set.of(), Set.of());
  }

  /** A builder, because a Service has many fields and a test cares for few. */
  public static final class ServiceBuilder {
    private ObjectName name = WEB;
    private long created;
    private List<IpAddress> clusterIps = List.of(ip("10.96.0.10"));
    private List<ServicePort> ports = List.of(http(0));
    private List<IpAddress> externalIps = List.of();
    private List<LoadBalancerAddress> ingress = List.of();
    private List<Cidr> ranges = List.of();
    private TrafficPolicy internal = TrafficPolicy.CLUSTER;
    private TrafficPolicy external = TrafficPolicy.CLUSTER;
    private int affinity;
    private int healthCheckNodePort;
    private Balancing balancing = Balancing.EVEN;

    public ServiceBuilder named(String newName) {
      name = new ObjectName("default", newName);
      return this;
    }

    public ServiceBuilder created(long seconds) {
      created = seconds;
      return this;
    }

    public ServiceBuilder clusterIps(String... addresses) {
      clusterIps = Arrays.stream(addresses).map(Examples::ip).toList();
      return this;
    }

    public ServiceBuilder ports(ServicePort... newPorts) {
      ports = List.of(newPorts);
      return this;
    }

    public ServiceBuilder externalIps(String... addresses) {
      externalIps = Arrays.stream(addresses).map(Examples::ip).toList();
      return this;
    }

    public ServiceBuilder ingress(String address, boolean proxied) {
      ingress = List.of(new LoadBalancerAddress(ip(address), proxied));
      return this;
    }

    public ServiceBuilder ranges(String... cidrs) {
      ranges = Arrays.stream(cidrs).map(Cidr::parse).toList();
      return this;
    }

    public ServiceBuilder internal(TrafficPolicy policy) {
      internal = policy;
      return this;
    }

    public ServiceBuilder external(TrafficPolicy policy) {
      external = policy;
      return this;
    }

    public ServiceBuilder affinity(int seconds) {
      affinity = seconds;
      return this;
    }

    public ServiceBuilder healthCheckNodePort(int port) {
      healthCheckNodePort = port;
      return this;
    }

    public ServiceBuilder balancing(Balancing newBalancing) {
      balancing = newBalancing;
      return this;
    }

    public Service build() {
      return new Service(
          name,
          created,
          ServiceType.LOAD_BALANCER,
          clusterIps,
          ports,
          externalIps,
          ingress,
          ranges,
          internal,
          external,
          affinity,
          healthCheckNodePort,
          Map.of(),
          balancing);
    }
  }

  public static ServiceBuilder service() {
    return new ServiceBuilder();
  }
}
