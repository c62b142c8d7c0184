// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import dev.ferrule.agent.sync.NodeAddresses;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.rules.model.IpAddress;
import java.util.List;

final class NodeAddressesCheck implements Check {

  private static final int MOST_NAMED = 8;

  @Override
  public Topic topic() {
    return Topic.NODE_ADDRESSES;
  }

  @Override
  public List<Finding> look(Host host) throws KernelException {
    return List.of(judge(NodeAddresses.read()));
  }

  static Finding judge(List<IpAddress> addresses) {
    if (addresses.isEmpty()) {
      return Topic.NODE_ADDRESSES.found(
          Severity.WARNING,
          "no interface has an address but loopback and link-local ones: no NodePort is open");
    }
    return Topic.NODE_ADDRESSES.ok(
        addresses.size()
            + " addresses: "
            + addresses.subList(0, Math.min(MOST_NAMED, addresses.size())));
  }
}
