// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import dev.ferrule.kernel.HostAddresses;
import dev.ferrule.kernel.HostAddresses.HostAddress;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.rules.model.IpAddress;
import java.util.List;

/** The addresses of this host that NodePorts can be open on. */
public final class NodeAddresses {

  private NodeAddresses() {}

  /** Those it has now: neither loopback nor link-local ones. */
  public static List<IpAddress> read() throws KernelException {
    try (HostAddresses addresses = HostAddresses.open()) {
      return of(addresses);
    }
  }

  static List<IpAddress> of(HostAddresses addresses) throws KernelException {
    return addresses.list().stream()
        .filter(HostAddress::isReachable)
        .map(HostAddress::address)
        .distinct()
        .toList();
  }
}
