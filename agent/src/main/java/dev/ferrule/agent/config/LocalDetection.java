// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import dev.ferrule.rules.model.Cidr;
import java.util.List;

/** How to tell that a connection comes from a Pod of this node. */
public sealed interface LocalDetection {

  /**
   * By the cluster's Pod range.
   *
   * @param ranges at most one of each family; in a family without one nobody counts as a Pod
   */
  record ClusterCidr(List<Cidr> ranges) implements LocalDetection {
    public ClusterCidr {
      ranges = List.copyOf(ranges);
    }
  }

  /** By {@code spec.podCIDRs} of our Node object. */
  record NodeCidr() implements LocalDetection {}

  /** By the bridge the packet comes in on. */
  record BridgeInterface(String name) implements LocalDetection {}

  /** By the first letters of the name of the interface the packet comes in on. */
  record InterfaceNamePrefix(String prefix) implements LocalDetection {}
}
