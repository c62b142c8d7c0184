// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import dev.ferrule.agent.objects.ServiceManifest;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.Service;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Gives Services the addresses and node ports that they leave open, and so makes them complete.
 * What is written beats what was given out: then the Service that had it moves.
 */
final class ServiceAdmission {

  private final ServiceClaims claims;
  private final Grants grants;
  private final List<Cidr> balancerPool;
  private final Map<ObjectName, Service> admitted = new HashMap<>();
  private final Map<ObjectName, List<Issue>> issues = new HashMap<>();

  /**
   * Services that did not get all that they need; they are tried again when something comes free.
   */
  private final Set<ObjectName> starving = new HashSet<>();

  ServiceAdmission(ManifestSettings settings, Grants grants) {
    this.claims = new ServiceClaims(new ServiceRanges(settings.serviceRanges()));
    this.grants = grants;
    this.balancerPool = settings.loadBalancerPool();
  }

  ServiceClaims claims() {
    return claims;
  }

  /** The Service with its addresses; null if there is none or it was refused. */
  @Nullable Service admitted(ObjectName name) {
    return admitted.get(name);
  }

  /** What is wrong with Services that are there, by name. */
  Map<ObjectName, List<Issue>> issues() {
    return issues;
  }

  /**
   * Takes in Services that changed or are gone, and the ranges as they are now.
   *
   * @return the Services whose {@link #admitted} state may be another one now
   */
  Set<ObjectName> update(Map<ObjectName, Optional<ServiceManifest>> changes, ServiceRanges ranges) {
    if (changes.isEmpty() && ranges.equals(claims.ranges())) {
      return Set.of();
    }
    boolean newRanges = !ranges.equals(claims.ranges());
    long before = grants.releasing();
    ServiceClaims.Touched touched = claims.update(changes, ranges);
    Set<ObjectName> affected = new TreeSet<>(touched.services());
    affected.addAll(grants.evict(touched, claims));
    Map<ObjectName, Needs> needs = new HashMap<>();
    affected.forEach(name -> takeBack(name, needs));
    boolean lessAsked = !touched.addresses().isEmpty() || !touched.ports().isEmpty();
    if (newRanges || lessAsked || grants.releasing() != before) {
      starving.forEach(name -> takeBack(name, needs));
      affected.addAll(starving);
    }
    grants.ports().reopen();
    // What was remembered comes first, else a newcomer could be given it.
    needs.forEach((name, need) -> grants.restore(name, need, claims, balancerPool));
    for (ObjectName name : affected) {
      complete(name, needs.getOrDefault(name, Needs.NONE));
    }
    return affected;
  }

  /** Takes back what the Service does not need any more, and notes what it needs. */
  private void takeBack(ObjectName name, Map<ObjectName, Needs> needs) {
    Needs need = Needs.of(name, claims, !balancerPool.isEmpty());
    needs.put(name, need);
    grants.keep(name, need, claims, balancerPool);
  }

  private void complete(ObjectName name, Needs need) {
    admitted.remove(name);
    issues.remove(name);
    starving.remove(name);
    ServiceManifest manifest = claims.manifest(name);
    if (manifest == null) {
      return;
    }
    Issue refusal = claims.refusal(name);
    if (refusal != null) {
      issues.put(name, List.of(refusal));
      return;
    }
    List<Issue> found = new ArrayList<>();
    List<IpFamily> missing =
        grants.clusterIps().fill(name, need.clusterIps(), claims.ranges().ranges(), this::openIp);
    if (!missing.isEmpty()) {
      starving.add(name);
      grants.keep(name, Needs.NONE, claims, balancerPool);
      String text = missing.get(0).text();
      found.add(new Issue("spec.clusterIP", "no " + text + " address of the ranges is free"));
      issues.put(name, found);
      return;
    }
    fillRest(name, need, manifest, found);
    admitted.put(name, new ServiceCompletion(manifest, claims, grants).complete(found));
    if (!found.isEmpty()) {
      issues.put(name, List.copyOf(found));
    }
  }

  private void fillRest(ObjectName name, Needs need, ServiceManifest manifest, List<Issue> found) {
    Map<PortUse, Integer> written = new HashMap<>();
    manifest.written().ports().stream()
        .filter(port -> port.nodePort() != 0)
        .forEach(port -> written.put(PortUse.of(port), port.nodePort()));
    List<PortUse> noPort =
        grants.ports().fill(name, need.ports(), written, port -> !claims.asksNodePort(port));
    for (PortUse use : noPort) {
      found.add(
          new Issue(
              use.equals(PortUse.HEALTH_CHECK) ? "spec.healthCheckNodePort" : "spec.ports",
              "no node port is free for " + use));
    }
    List<IpFamily> noBalancer =
        grants
            .balancers()
            .fill(name, need.balancers(), balancerPool, ip -> !claims.asksBalancer(ip));
    for (IpFamily family : noBalancer) {
      found.add(
          new Issue("status.loadBalancer", "no " + family.text() + " address of the pool is free"));
    }
    if (!noPort.isEmpty() || !noBalancer.isEmpty()) {
      starving.add(name);
    }
  }

  private boolean openIp(IpAddress address) {
    return !claims.asksClusterIp(address);
  }
}
