// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the Node object of this node says.
 *
 * @param zone label {@code topology.kubernetes.io/zone}, if any
 * @param primaryAddresses the first usable address of each family in {@code status.addresses},
 *     InternalIP before ExternalIP
 * @param podCidrs {@code spec.podCIDRs}
 */
public record NodeObject(
    String name, @Nullable String zone, List<IpAddress> primaryAddresses, List<Cidr> podCidrs) {

  public NodeObject {
    primaryAddresses = List.copyOf(primaryAddresses);
    podCidrs = List.copyOf(podCidrs);
  }
}
