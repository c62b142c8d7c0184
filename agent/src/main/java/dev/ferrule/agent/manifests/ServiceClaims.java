// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import dev.ferrule.agent.objects.BadFieldException;
import dev.ferrule.agent.objects.ServiceManifest;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.LoadBalancerAddress;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.Service;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The Services as written and what they ask for. Of two Services that ask for the same the older
 * one has it, then the one whose name comes first; the loser of a cluster address is refused.
 */
final class ServiceClaims {

  /** What a change touched: what was asked for before it or is now, and who is affected. */
  record Touched(Set<ObjectName> services, Set<IpAddress> addresses, Set<NodePort> ports) {}

  private final Map<ObjectName, ServiceManifest> manifests = new HashMap<>();
  private final Map<ObjectName, Issue> refusals = new HashMap<>();
  private final ClusterIpClaims clusterIps = new ClusterIpClaims();
  private final NodePortClaims nodePorts = new NodePortClaims();
  private final Claims<IpAddress> balancers = new Claims<>();
  private final Comparator<ObjectName> seniority =
      Comparator.comparingLong(this::created).thenComparing(Comparator.naturalOrder());
  private ServiceRanges ranges;

  ServiceClaims(ServiceRanges ranges) {
    this.ranges = ranges;
  }

  ServiceRanges ranges() {
    return ranges;
  }

  Set<ObjectName> names() {
    return new TreeSet<>(manifests.keySet());
  }

  @Nullable ServiceManifest manifest(ObjectName name) {
    return manifests.get(name);
  }

  /** Why the Service is refused; null if it is not. */
  @Nullable Issue refusal(ObjectName name) {
    return refusals.get(name);
  }

  /** Whether a manifest asks for the address as a cluster address, be it in vain. */
  boolean asksClusterIp(IpAddress address) {
    return clusterIps.has(address);
  }

  boolean asksBalancer(IpAddress address) {
    return balancers.has(address);
  }

  boolean asksNodePort(NodePort port) {
    return nodePorts.has(port);
  }

  /** Who has the port among the Services that ask for it. */
  @Nullable ObjectName winner(NodePort port) {
    return nodePorts.winner(port, seniority);
  }

  /** Takes in Services that changed or are gone, and the ranges as they are now. */
  Touched update(Map<ObjectName, Optional<ServiceManifest>> changes, ServiceRanges newRanges) {
    Touched touched =
        new Touched(new HashSet<>(changes.keySet()), new HashSet<>(), new HashSet<>());
    changes.forEach((name, manifest) -> exchange(name, manifest, touched));
    Set<ObjectName> review = new TreeSet<>(seniority);
    if (newRanges.equals(ranges)) {
      review.addAll(clusterIps.linked(touched.addresses, this::writtenIps));
      changes.keySet().stream().filter(manifests::containsKey).forEach(review::add);
    } else {
      ranges = newRanges;
      review.addAll(manifests.keySet());
    }
    decide(review, touched);
    touched.services.addAll(review);
    for (NodePort port : touched.ports) {
      touched.services.addAll(nodePorts.of(port));
    }
    return touched;
  }

  private long created(ObjectName name) {
    ServiceManifest manifest = manifests.get(name);
    return manifest == null ? Service.UNKNOWN_AGE : manifest.created();
  }

  private List<IpAddress> writtenIps(ObjectName name) {
    ServiceManifest manifest = manifests.get(name);
    return manifest == null ? List.of() : manifest.written().clusterIps();
  }

  private static List<IpAddress> balancerIps(ServiceManifest manifest) {
    return manifest.written().loadBalancerAddresses().stream()
        .map(LoadBalancerAddress::address)
        .toList();
  }

  private void exchange(ObjectName name, Optional<ServiceManifest> manifest, Touched touched) {
    ServiceManifest old = manifests.remove(name);
    if (old != null) {
      clusterIps.remove(name, old.written().clusterIps());
      balancerIps(old).forEach(address -> balancers.remove(address, name));
      touched.addresses.addAll(old.written().clusterIps());
      touched.ports.addAll(nodePorts.remove(name));
      refusals.remove(name);
    }
    if (manifest.isPresent()) {
      ServiceManifest next = manifest.get();
      manifests.put(name, next);
      clusterIps.add(name, next.written().clusterIps());
      balancerIps(next).forEach(address -> balancers.add(address, name));
      touched.addresses.addAll(next.written().clusterIps());
      touched.addresses.addAll(balancerIps(next));
    }
  }

  /** Decides, the older ones first, which Services get the cluster addresses they ask for. */
  private void decide(Set<ObjectName> review, Touched touched) {
    for (ObjectName name : review) {
      clusterIps.reopen(name, writtenIps(name));
      touched.ports.addAll(nodePorts.remove(name));
      refusals.remove(name);
    }
    for (ObjectName name : review) {
      ServiceManifest manifest = manifests.get(name);
      if (manifest == null || !manifest.hasClusterIps()) {
        continue;
      }
      Issue refusal = judge(manifest);
      if (refusal == null) {
        clusterIps.win(name, manifest.written().clusterIps());
        touched.ports.addAll(nodePorts.add(manifest.written()));
      } else {
        refusals.put(name, refusal);
      }
    }
  }

  private @Nullable Issue judge(ServiceManifest manifest) {
    List<IpAddress> written = manifest.written().clusterIps();
    for (int i = 0; i < written.size(); i++) {
      IpAddress address = written.get(i);
      String field = i == 0 ? "spec.clusterIP" : "spec.clusterIPs[" + i + "]";
      if (!ranges.contains(address)) {
        return new Issue(
            field,
            address
                + " is not in the service ranges "
                + ranges
                + "; choose another or leave it out");
      }
      ObjectName winner = clusterIps.winner(address);
      if (winner != null) {
        return new Issue(
            field, address + " belongs to Service " + winner + "; choose another or leave it out");
      }
    }
    try {
      ranges.familiesOf(manifest);
      return null;
    } catch (BadFieldException e) {
      return new Issue(e.field(), e.reason());
    }
  }
}
