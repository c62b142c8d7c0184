// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import dev.ferrule.agent.objects.ServiceManifest;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.LoadBalancerAddress;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.Protocol;
import dev.ferrule.rules.model.Service;
import dev.ferrule.rules.model.ServicePort;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Fills a Service as written with what it was given. */
final class ServiceCompletion {

  private final ServiceManifest manifest;
  private final Service written;
  private final ServiceClaims claims;
  private final Grants grants;

  ServiceCompletion(ServiceManifest manifest, ServiceClaims claims, Grants grants) {
    this.manifest = manifest;
    this.written = manifest.written();
    this.claims = claims;
    this.grants = grants;
  }

  /** The Service as an API server would show it; node ports it lost are noted as issues. */
  Service complete(List<Issue> issues) {
    if (!manifest.hasClusterIps()) {
      return withoutAddresses();
    }
    ObjectName name = written.name();
    Map<PortUse, Integer> given = grants.ports().of(name);
    List<ServicePort> ports = new ArrayList<>();
    for (int i = 0; i < written.ports().size(); i++) {
      ServicePort port = written.ports().get(i);
      String field = "spec.ports[" + i + "].nodePort";
      int nodePort =
          port.nodePort() == 0
              ? given.getOrDefault(PortUse.of(port), 0)
              : won(new NodePort(port.protocol(), port.nodePort()), field, issues);
      ports.add(withNodePort(port, nodePort));
    }
    int health =
        written.healthCheckNodePort() == 0
            ? given.getOrDefault(PortUse.HEALTH_CHECK, 0)
            : won(
                new NodePort(Protocol.TCP, written.healthCheckNodePort()),
                "spec.healthCheckNodePort",
                issues);
    List<LoadBalancerAddress> balancers =
        Stream.concat(
                written.loadBalancerAddresses().stream(),
                grants.balancers().of(name).stream()
                    .map(address -> new LoadBalancerAddress(address, false)))
            .toList();
    List<IpAddress> clusterIps = clusterIps();
    noteOtherFamily(clusterIps, issues);
    return with(clusterIps, ports, written.externalIps(), balancers, health);
  }

  /** A Service is reached in the families of its cluster addresses only, as in kube-proxy. */
  private void noteOtherFamily(List<IpAddress> clusterIps, List<Issue> issues) {
    Set<IpFamily> families = EnumSet.noneOf(IpFamily.class);
    clusterIps.forEach(address -> families.add(address.family()));
    if (families.isEmpty()) {
      return;
    }
    Map<String, List<IpAddress>> fields = new LinkedHashMap<>();
    fields.put("spec.externalIPs", written.externalIps());
    fields.put(
        "status.loadBalancer.ingress",
        written.loadBalancerAddresses().stream().map(LoadBalancerAddress::address).toList());
    fields.forEach(
        (field, addresses) ->
            addresses.stream()
                .filter(address -> !families.contains(address.family()))
                .forEach(
                    address ->
                        issues.add(
                            new Issue(
                                field,
                                address
                                    + " gets no rules: the Service has no cluster address of its"
                                    + " IP family"))));
  }

  /** The written and the given addresses, in the order of the families. */
  private List<IpAddress> clusterIps() {
    List<IpAddress> given = grants.clusterIps().of(written.name());
    if (given.isEmpty()) {
      return written.clusterIps();
    }
    List<IpAddress> addresses = new ArrayList<>();
    for (IpFamily family : claims.ranges().familiesOf(manifest)) {
      Stream.concat(written.clusterIps().stream(), given.stream())
          .filter(address -> address.family() == family)
          .findFirst()
          .ifPresent(addresses::add);
    }
    return addresses;
  }

  private int won(NodePort port, String field, List<Issue> issues) {
    ObjectName winner = claims.winner(port);
    if (winner == null || winner.equals(written.name())) {
      return port.port();
    }
    issues.add(
        new Issue(
            field,
            port.port()
                + " belongs to Service "
                + winner
                + "; the port has no node port until another is chosen"));
    return 0;
  }

  private static ServicePort withNodePort(ServicePort port, int nodePort) {
    return nodePort == port.nodePort()
        ? port
        : new ServicePort(port.name(), port.protocol(), port.port(), port.targetPort(), nodePort);
  }

  /** Headless and ExternalName Services are names only; nothing may be sent to them. */
  private Service withoutAddresses() {
    List<ServicePort> ports = written.ports().stream().map(port -> withNodePort(port, 0)).toList();
    return with(List.of(), ports, List.of(), List.of(), 0);
  }

  private Service with(
      List<IpAddress> clusterIps,
      List<ServicePort> ports,
      List<IpAddress> externalIps,
      List<LoadBalancerAddress> balancers,
      int healthCheckNodePort) {
    Service complete =
        new Service(
            written.name(),
            written.created(),
            written.type(),
            clusterIps,
            ports,
            externalIps,
            balancers,
            written.loadBalancerSourceRanges(),
            written.internalTrafficPolicy(),
            written.externalTrafficPolicy(),
            written.affinitySeconds(),
            healthCheckNodePort,
            written.selector(),
            written.balancing());
    // Most Services of a large folder say all; one copy of them is enough.
    return complete.equals(written) ? written : complete;
  }
}
