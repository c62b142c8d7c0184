// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.compile;

import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.Endpoint;
import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.LoadBalancerAddress;
import dev.ferrule.rules.model.Protocol;
import dev.ferrule.rules.model.Service;
import dev.ferrule.rules.model.ServicePort;
import dev.ferrule.rules.model.ServiceType;
import dev.ferrule.rules.model.TrafficPolicy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns one Service and its endpoints into frontends, as kube-proxy's documentation and tests say
 * what happens to a packet.
 */
public final class ServiceCompiler {

  private final NodeContext context;

  public ServiceCompiler(NodeContext context) {
    this.context = context;
  }

  /**
   * The frontends of one Service.
   *
   * @param slices all EndpointSlices of the Service, in any order
   */
  public CompiledService compile(Service service, List<EndpointSlice> slices) {
    boolean hasRules =
        service.type() != ServiceType.EXTERNAL_NAME && !service.clusterIps().isEmpty();
    if (!hasRules) {
      return new CompiledService(
          service.name(), service.created(), List.of(), List.of(), 0, 0, List.of());
    }
    List<EndpointSlice> ordered = new ArrayList<>(slices);
    ordered.sort(Comparator.comparing(EndpointSlice::name));
    Map<FrontendKey, Frontend> frontends = new TreeMap<>();
    List<LocalGap> gaps = new ArrayList<>();
    List<TrackedPort> tracked = new ArrayList<>();
    for (IpFamily family : IpFamily.values()) {
      if (ofFamily(service.clusterIps(), family).isEmpty()) {
        continue; // the Service is not of this family, whatever other addresses it lists
      }
      for (ServicePort port : service.ports()) {
        EndpointPools pools = EndpointPools.of(port, family, ordered, context, service.balancing());
        List<Frontend> ofPort = frontends(service, port, family, pools);
        ofPort.forEach(frontend -> frontends.putIfAbsent(frontend.key(), frontend));
        if (context.tracks(port.protocol())) {
          tracked.add(tracked(service, port, family, ofPort, pools));
        }
        if (pools.local().isEmpty() && !pools.cluster().isEmpty()) {
          gaps.addAll(gaps(service, family));
        }
      }
    }
    boolean checked =
        service.type() == ServiceType.LOAD_BALANCER
            && service.externalTrafficPolicy() == TrafficPolicy.LOCAL;
    return new CompiledService(
        service.name(),
        service.created(),
        List.copyOf(frontends.values()),
        tracked,
        checked ? service.healthCheckNodePort() : 0,
        checked ? localEndpoints(service, ordered) : 0,
        gaps);
  }

  /** All frontends of a port in a family, those of the strongest kind first. */
  private List<Frontend> frontends(
      Service service, ServicePort port, IpFamily family, EndpointPools pools) {
    List<Frontend> frontends = new ArrayList<>();
    for (IpAddress address : ofFamily(service.clusterIps(), family)) {
      frontends.add(internal(service, port, address, pools));
    }
    List<IpAddress> loadBalancer =
        ofFamily(
            service.loadBalancerAddresses().stream()
                .filter(address -> !address.proxied())
                .map(LoadBalancerAddress::address)
                .toList(),
            family);
    List<Cidr> ranges = allowedSources(service, family, loadBalancer);
    for (IpAddress address : loadBalancer) {
      frontends.add(external(service, port, address, Frontend.Kind.LOAD_BALANCER, pools, ranges));
    }
    for (IpAddress address : ofFamily(service.externalIps(), family)) {
      frontends.add(external(service, port, address, Frontend.Kind.EXTERNAL_IP, pools, null));
    }
    if (port.nodePort() != 0) {
      for (IpAddress address : context.nodePortAddresses().getOrDefault(family, List.of())) {
        frontends.add(external(service, port, address, Frontend.Kind.NODE_PORT, pools, null));
      }
    }
    return frontends;
  }

  /**
   * As kube-proxy, which counts a UDP flow to the node port of any address as the Service's. A TCP
   * connection is only reset where it is ours for sure.
   */
  private static TrackedPort tracked(
      Service service,
      ServicePort port,
      IpFamily family,
      List<Frontend> frontends,
      EndpointPools pools) {
    boolean udp = port.protocol() == Protocol.UDP;
    List<FrontendKey> destinations =
        frontends.stream()
            .filter(frontend -> !udp || frontend.kind() != Frontend.Kind.NODE_PORT)
            .map(Frontend::key)
            .distinct()
            .toList();
    return new TrackedPort(
        new ServicePortName(service.name(), port.name()),
        port.protocol(),
        family,
        destinations,
        udp ? port.nodePort() : 0,
        pools.tracked());
  }

  private Frontend internal(
      Service service, ServicePort port, IpAddress address, EndpointPools pools) {
    boolean local = service.internalTrafficPolicy() == TrafficPolicy.LOCAL;
    Masquerade masquerade =
        context.masqueradeAll()
            ? Masquerade.EVERYBODY
            : context.detectsPods(address.family()) ? Masquerade.ALL_BUT_PODS : Masquerade.NOBODY;
    return new Frontend(
        new FrontendKey(address, port.protocol(), port.port()),
        Frontend.Kind.CLUSTER_IP,
        new ServicePortName(service.name(), port.name()),
        local ? localTarget(service, pools) : clusterTarget(service, pools),
        null,
        service.affinitySeconds(),
        masquerade,
        null);
  }

  private static Frontend external(
      Service service,
      ServicePort port,
      IpAddress address,
      Frontend.Kind kind,
      EndpointPools pools,
      @Nullable List<Cidr> allowedSources) {
    boolean local = service.externalTrafficPolicy() == TrafficPolicy.LOCAL;
    Target target = clusterTarget(service, pools);
    boolean split = local && !(target instanceof Target.Reject);
    int number = kind == Frontend.Kind.NODE_PORT ? port.nodePort() : port.port();
    return new Frontend(
        new FrontendKey(address, port.protocol(), number),
        kind,
        new ServicePortName(service.name(), port.name()),
        target,
        split ? localTarget(service, pools) : null,
        service.affinitySeconds(),
        local ? Masquerade.THE_NODE : Masquerade.EVERYBODY,
        allowedSources);
  }

  /** What a port without an endpoint here lacks, when it has some elsewhere. */
  private static List<LocalGap> gaps(Service service, IpFamily family) {
    List<LocalGap> gaps = new ArrayList<>();
    if (service.internalTrafficPolicy() == TrafficPolicy.LOCAL) {
      gaps.add(new LocalGap(family, LocalGap.Traffic.INTERNAL));
    }
    boolean reachable =
        service.type() == ServiceType.NODE_PORT
            || service.type() == ServiceType.LOAD_BALANCER
            || !service.externalIps().isEmpty();
    if (reachable && service.externalTrafficPolicy() == TrafficPolicy.LOCAL) {
      gaps.add(new LocalGap(family, LocalGap.Traffic.EXTERNAL));
    }
    return gaps;
  }

  private static Target clusterTarget(Service service, EndpointPools pools) {
    return pools.cluster().isEmpty()
        ? new Target.Reject()
        : pools.cluster().balance(Target.Pool.CLUSTER, service.balancing().hashSlots());
  }

  private static Target localTarget(Service service, EndpointPools pools) {
    if (!pools.local().isEmpty()) {
      return pools.local().balance(Target.Pool.LOCAL, service.balancing().hashSlots());
    }
    return pools.cluster().isEmpty() ? new Target.Reject() : new Target.Drop();
  }

  /**
   * The ranges of the family that may connect to the load balancer's addresses; null if none is of
   * the family. When the node itself may, so may the addresses: a node that holds one sends from
   * it.
   */
  private @Nullable List<Cidr> allowedSources(
      Service service, IpFamily family, List<IpAddress> loadBalancer) {
    Set<Cidr> ranges = new HashSet<>();
    for (Cidr range : service.loadBalancerSourceRanges()) {
      if (range.family() == family) {
        ranges.add(range);
      }
    }
    if (ranges.isEmpty()) {
      return null;
    }
    IpAddress node = context.primaryAddress(family);
    if (node != null && ranges.stream().anyMatch(range -> range.contains(node))) {
      loadBalancer.forEach(address -> ranges.add(Cidr.of(address)));
    }
    return ranges.stream().sorted().toList();
  }

  /** Counted in the Service's first family, or a Pod with two addresses would count twice. */
  private int localEndpoints(Service service, List<EndpointSlice> slices) {
    IpFamily family = service.clusterIps().get(0).family();
    Set<IpAddress> addresses = new HashSet<>();
    for (EndpointSlice slice : slices) {
      if (slice.family() != family) {
        continue;
      }
      for (Endpoint endpoint : slice.endpoints()) {
        if (endpoint.ready()
            && EndpointPools.isLocal(endpoint, context.node())
            && service.balancing().weightOf(endpoint) > 0) {
          addresses.add(endpoint.address());
        }
      }
    }
    return addresses.size();
  }

  private static List<IpAddress> ofFamily(List<IpAddress> addresses, IpFamily family) {
    return addresses.stream().filter(address -> address.family() == family).toList();
  }
}
