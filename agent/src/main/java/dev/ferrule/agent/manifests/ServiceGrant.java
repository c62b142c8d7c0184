// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import dev.ferrule.rules.model.IpAddress;
import java.util.List;
import java.util.Map;

/** All that one Service was given. */
record ServiceGrant(
    List<IpAddress> clusterIps, Map<PortUse, Integer> ports, List<IpAddress> balancers) {

  ServiceGrant {
    clusterIps = List.copyOf(clusterIps);
    ports = Map.copyOf(ports);
    balancers = List.copyOf(balancers);
  }
}
