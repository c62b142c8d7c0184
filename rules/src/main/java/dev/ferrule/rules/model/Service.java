// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.model;

import java.util.List;
import java.util.Map;

/**
 * A Service with its addresses.
 *
 * @param created {@code metadata.creationTimestamp} in seconds since 1970, or {@link #UNKNOWN_AGE};
 *     the older of two Services that claim one address wins
 * @param clusterIps one per family at most; empty for a headless or ExternalName Service
 * @param affinitySeconds how long a client stays with its endpoint after its last new connection, 1
 *     to 86,400; 0 for no session affinity
 * @param healthCheckNodePort 0 for none
 * @param selector labels that every Pod of the Service has; empty if its endpoints are written by
 *     hand; for display only
 */
public record Service(
    ObjectName name,
    long created,
    ServiceType type,
    List<IpAddress> clusterIps,
    List<ServicePort> ports,
    List<IpAddress> externalIps,
    List<LoadBalancerAddress> loadBalancerAddresses,
    List<Cidr> loadBalancerSourceRanges,
    TrafficPolicy internalTrafficPolicy,
    TrafficPolicy externalTrafficPolicy,
    int affinitySeconds,
    int healthCheckNodePort,
    Map<String, String> selector,
    Balancing balancing) {

  /** A Service that asks for nothing beyond what Kubernetes knows. */
  public Service(
      ObjectName name,
      long created,
      ServiceType type,
      List<IpAddress> clusterIps,
      List<ServicePort> ports,
      List<IpAddress> externalIps,
      List<LoadBalancerAddress> loadBalancerAddresses,
      List<Cidr> loadBalancerSourceRanges,
      TrafficPolicy internalTrafficPolicy,
      TrafficPolicy externalTrafficPolicy,
      int affinitySeconds,
      int healthCheckNodePort,
      Map<String, String> selector) {
    this(
        name,
        created,
        type,
        clusterIps,
        ports,
        externalIps,
        loadBalancerAddresses,
        loadBalancerSourceRanges,
        internalTrafficPolicy,
        externalTrafficPolicy,
        affinitySeconds,
        healthCheckNodePort,
        selector,
        Balancing.EVEN);
  }

  /** {@link #created} of a Service whose manifest does not tell; it is younger than all others. */
  public static final long UNKNOWN_AGE = Long.MAX_VALUE;

  /** Longest session affinity that the API allows: one day. */
  public static final int MAX_AFFINITY_SECONDS = 86_400;

  public Service {
    clusterIps = List.copyOf(clusterIps);
    ports = List.copyOf(ports);
    externalIps = List.copyOf(externalIps);
    loadBalancerAddresses = List.copyOf(loadBalancerAddresses);
    loadBalancerSourceRanges = List.copyOf(loadBalancerSourceRanges);
    selector = Map.copyOf(selector);
    if (affinitySeconds < 0 || affinitySeconds > MAX_AFFINITY_SECONDS) {
      throw new IllegalArgumentException(
          "session affinity of " + affinitySeconds + " s is not in 0 to " + MAX_AFFINITY_SECONDS);
    }
    ServicePort.requirePort("healthCheckNodePort", healthCheckNodePort, 0);
  }
}
