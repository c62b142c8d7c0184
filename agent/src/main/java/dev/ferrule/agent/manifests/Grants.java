// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import dev.ferrule.agent.config.PortRange;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.ObjectName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All that was given out to Services. */
final class Grants {

  private final AddressGrants clusterIps = new AddressGrants("clusterIP", true);
  private final AddressGrants balancers = new AddressGrants("loadBalancer", false);
  private final PortGrants ports;

  Grants(PortRange nodePorts) {
    ports = new PortGrants(nodePorts);
  }

  AddressGrants clusterIps() {
    return clusterIps;
  }

  AddressGrants balancers() {
    return balancers;
  }

  PortGrants ports() {
    return ports;
  }

  /** Another number after each change of what is given out. */
  long changes() {
    return clusterIps.granting() + balancers.granting() + ports.granting() + releasing();
  }

  /** How often something was taken back so far. */
  long releasing() {
    return clusterIps.releasing() + balancers.releasing() + ports.releasing();
  }

  /** All that is given out, by Service. */
  Map<ObjectName, ServiceGrant> all() {
    Set<ObjectName> names = new HashSet<>(clusterIps.all().keySet());
    names.addAll(balancers.all().keySet());
    names.addAll(ports.all().keySet());
    Map<ObjectName, ServiceGrant> all = new HashMap<>();
    for (ObjectName name : names) {
      all.put(name, new ServiceGrant(clusterIps.of(name), ports.of(name), balancers.of(name)));
    }
    return all;
  }

  /** Takes back what manifests ask for by now; returns the Services that had it. */
  Set<ObjectName> evict(ServiceClaims.Touched touched, ServiceClaims claims) {
    Set<ObjectName> evicted = new HashSet<>();
    for (IpAddress address : touched.addresses()) {
      if (claims.asksClusterIp(address)) {
        add(evicted, clusterIps.release(address));
      }
      if (claims.asksBalancer(address)) {
        add(evicted, balancers.release(address));
      }
    }
    for (NodePort port : touched.ports()) {
      if (claims.asksNodePort(port)) {
        add(evicted, ports.release(port));
      }
    }
    return evicted;
  }

  private static void add(Set<ObjectName> evicted, @Nullable ObjectName owner) {
    if (owner != null) {
      evicted.add(owner);
    }
  }

  /** Takes back what the Service does not need or may not have any more. */
  void keep(ObjectName name, Needs needs, ServiceClaims claims, List<Cidr> pool) {
    clusterIps.keep(name, needs.clusterIps(), address -> mayHave(address, claims));
    balancers.keep(name, needs.balancers(), address -> mayBalance(address, claims, pool));
    ports.keep(name, needs.ports(), port -> !claims.asksNodePort(port));
  }

  /** Gives the Service what it had in an earlier run, as far as it is free. */
  void restore(ObjectName name, Needs needs, ServiceClaims claims, List<Cidr> pool) {
    if (claims.manifest(name) == null) {
      return;
    }
    clusterIps.restore(name, needs.clusterIps(), address -> mayHave(address, claims));
    balancers.restore(name, needs.balancers(), address -> mayBalance(address, claims, pool));
    ports.restore(name, needs.ports(), port -> !claims.asksNodePort(port));
  }

  private static boolean mayHave(IpAddress address, ServiceClaims claims) {
    return claims.ranges().contains(address) && !claims.asksClusterIp(address);
  }

  private static boolean mayBalance(IpAddress address, ServiceClaims claims, List<Cidr> pool) {
    return pool.stream().anyMatch(range -> range.contains(address))
        && !claims.asksBalancer(address);
  }
}
