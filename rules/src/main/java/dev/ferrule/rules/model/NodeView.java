// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * This node as the proxy sees it: what its Node object says and what its interfaces have.
 *
 * @param name {@code hostnameOverride} or the host name, in lower case
 * @param zone label {@code topology.kubernetes.io/zone}, if any
 * @param primaryAddresses the Node object's address of each family; empty without a Node object
 * @param interfaceAddresses what the interfaces have, loopback and link-local addresses left out
 * @param podCidrs {@code spec.podCIDRs} of the Node object
 */
public record NodeView(
    String name,
    @Nullable String zone,
    List<IpAddress> primaryAddresses,
    List<IpAddress> interfaceAddresses,
    List<Cidr> podCidrs) {

  public NodeView {
    primaryAddresses = List.copyOf(primaryAddresses);
    interfaceAddresses = List.copyOf(interfaceAddresses);
    podCidrs = List.copyOf(podCidrs);
  }
}
