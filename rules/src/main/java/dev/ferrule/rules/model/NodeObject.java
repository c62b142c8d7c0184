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
 * @param leaving whether the node is about to be deleted, so that load balancers should not send
 *     new connections: it has a {@code deletionTimestamp}, or a taint {@link #TO_BE_DELETED}
 */
public record NodeObject(
    String name,
    @Nullable String zone,
    List<IpAddress> primaryAddresses,
    List<Cidr> podCidrs,
    boolean leaving) {

  /** Key of the taint that the cluster autoscaler puts on a node before it deletes it. */
  public static final String TO_BE_DELETED = "ToBeDeletedByClusterAutoscaler";

  public NodeObject {
    primaryAddresses = List.copyOf(primaryAddresses);
    podCidrs = List.copyOf(podCidrs);
  }
}
