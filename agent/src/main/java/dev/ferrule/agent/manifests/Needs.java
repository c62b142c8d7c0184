// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import dev.ferrule.agent.objects.ServiceManifest;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.Service;
import dev.ferrule.rules.model.ServicePort;
import dev.ferrule.rules.model.ServiceType;
import dev.ferrule.rules.model.TrafficPolicy;
import java.util.ArrayList;
import java.util.List;

/**
 * What a Service is to be given because its manifest leaves it out.
 *
 * @param clusterIps families of cluster addresses
 * @param balancers families of load balancer addresses
 */
record Needs(List<IpFamily> clusterIps, List<PortUse> ports, List<IpFamily> balancers) {

  static final Needs NONE = new Needs(List.of(), List.of(), List.of());

  Needs {
    clusterIps = List.copyOf(clusterIps);
    ports = List.copyOf(ports);
    balancers = List.copyOf(balancers);
  }

  /** The needs of a Service; none if it is gone or refused. */
  static Needs of(ObjectName name, ServiceClaims claims, boolean pool) {
    ServiceManifest manifest = claims.manifest(name);
    if (manifest == null || !manifest.hasClusterIps() || claims.refusal(name) != null) {
      return NONE;
    }
    Service written = manifest.written();
    List<IpFamily> families = claims.ranges().familiesOf(manifest);
    List<IpFamily> open = new ArrayList<>(families);
    written.clusterIps().forEach(address -> open.remove(address.family()));
    List<PortUse> ports = new ArrayList<>();
    for (ServicePort port : written.ports()) {
      if (manifest.allocateNodePorts() && port.nodePort() == 0) {
        ports.add(PortUse.of(port));
      }
    }
    if (written.type() == ServiceType.LOAD_BALANCER
        && written.externalTrafficPolicy() == TrafficPolicy.LOCAL
        && written.healthCheckNodePort() == 0) {
      ports.add(PortUse.HEALTH_CHECK);
    }
    boolean balanced =
        pool && manifest.allocateBalancer() && written.loadBalancerAddresses().isEmpty();
    return new Needs(open, ports, balanced ? families : List.of());
  }
}
