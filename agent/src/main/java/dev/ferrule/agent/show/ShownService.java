// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.show;

import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.Service;
import dev.ferrule.rules.model.ServiceType;
import java.util.List;

/**
 * A Service with all that is shown of it.
 *
 * @param service with its addresses
 * @param headless {@code clusterIP: None}
 * @param familyPolicy {@code spec.ipFamilyPolicy}, e.g. {@code SingleStack}
 * @param families {@code spec.ipFamilies}
 * @param publishNotReady {@code spec.publishNotReadyAddresses}
 * @param allocateNodePorts {@code spec.allocateLoadBalancerNodePorts}
 * @param packed see {@link #details}
 * @param slices its endpoints
 */
public record ShownService(
    Service service,
    boolean headless,
    String familyPolicy,
    List<IpFamily> families,
    boolean publishNotReady,
    boolean allocateNodePorts,
    PackedDetails packed,
    List<EndpointSlice> slices) {

  public ShownService {
    families = List.copyOf(families);
    slices = List.copyOf(slices);
  }

  /** What of it no rule depends on. */
  public ServiceDetails details() {
    return packed.unpack();
  }

  /** {@code spec.clusterIPs}; {@code None} for a headless Service. */
  List<String> clusterIps() {
    return headless
        ? List.of("None")
        : service.clusterIps().stream().map(IpAddress::toString).toList();
  }

  boolean isExternalName() {
    return service.type() == ServiceType.EXTERNAL_NAME;
  }

  /** Whether the API fills in an externalTrafficPolicy. */
  boolean hasExternalPolicy() {
    return service.type() == ServiceType.NODE_PORT
        || service.type() == ServiceType.LOAD_BALANCER
        || (service.type() == ServiceType.CLUSTER_IP && !service.externalIps().isEmpty());
  }
}
