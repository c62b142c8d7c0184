// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import dev.ferrule.agent.sync.NodeAddresses;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.rules.model.IpFamily;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

final class ForwardingCheck implements Check {

  private static final String IPV4 = "net.ipv4.ip_forward";
  private static final String IPV6 = "net.ipv6.conf.all.forwarding";

  @Override
  public Topic topic() {
    return Topic.IP_FORWARD;
  }

  @Override
  public List<Finding> look(Host host) throws IOException, KernelException {
    boolean six =
        NodeAddresses.read().stream().anyMatch(address -> address.family() == IpFamily.IPV6);
    return judge(host.sysctl(IPV4), host.sysctl(IPV6), six);
  }

  static List<Finding> judge(OptionalLong four, OptionalLong six, boolean hasIpv6) {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        four.isPresent() && four.getAsLong() == 0
            ? Topic.IP_FORWARD.found(
                Severity.ERROR, IPV4 + " is 0: no packet reaches a Pod from another host or Pod")
            : Topic.IP_FORWARD.ok(IPV4 + " is 1"));
    if (hasIpv6 && six.isPresent()) {
      findings.add(
          six.getAsLong() == 0
              ? Topic.IPV6_FORWARD.found(
                  Severity.WARNING, IPV6 + " is 0, and there are IPv6 addresses")
              : Topic.IPV6_FORWARD.ok(IPV6 + " is 1"));
    }
    return findings;
  }
}
