// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.health;

import dev.ferrule.rules.compile.NodeContext;
import dev.ferrule.rules.compile.NodePortAddresses;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Where health-check node ports listen. */
public final class HealthCheckAddresses {

  private static final IpAddress LOOPBACK_4 = IpAddress.parse("127.0.0.1");
  private static final IpAddress LOOPBACK_6 = IpAddress.parse("::1");

  private HealthCheckAddresses() {}

  /**
   * Every address, as one that stands for all of both families; or where {@code nodePortAddresses}
   * has ranges that leave some out, those of the host that are inside, and loopback for the node's
   * own probes.
   *
   * @param awaited addresses that count as the host's and that no interface has yet
   */
  public static List<InetAddress> of(
      NodePortAddresses chosen, NodeContext context, Set<IpAddress> awaited) {
    if (!chosen.hasLimits()) {
      return List.of(new InetSocketAddress(0).getAddress());
    }
    List<IpAddress> ofHost =
        context.node().interfaceAddresses().stream()
            .filter(address -> !awaited.contains(address))
            .toList();
    List<IpAddress> addresses = new ArrayList<>(List.of(LOOPBACK_4));
    if (ofHost.stream().anyMatch(address -> address.family() == IpFamily.IPV6)) {
      addresses.add(LOOPBACK_6); // a host without IPv6 has not even this one
    }
    for (IpFamily family : IpFamily.values()) {
      context.nodePortAddresses().getOrDefault(family, List.of()).stream()
          .filter(ofHost::contains)
          .forEach(addresses::add);
    }
    return addresses.stream().map(HealthCheckAddresses::inet).toList();
  }

  private static InetAddress inet(IpAddress address) {
    try {
      return InetAddress.getByAddress(address.bytes());
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(address + " has neither 4 nor 16 bytes", e);
    }
  }
}
