// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import dev.ferrule.agent.config.ProxyMode;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;

final class RouteLocalnetCheck implements Check {

  private static final String NAME = "net.ipv4.conf.all.route_localnet";

  @Override
  public Topic topic() {
    return Topic.ROUTE_LOCALNET;
  }

  @Override
  public List<Finding> look(Host host) throws IOException {
    boolean needed =
        host.configuration().mode() == ProxyMode.IPTABLES
            && host.configuration().iptables().localhostNodePorts();
    return List.of(judge(host.sysctl(NAME), needed));
  }

  static Finding judge(OptionalLong value, boolean needed) {
    boolean on = value.isPresent() && value.getAsLong() != 0;
    if (needed) {
      return Topic.ROUTE_LOCALNET.ok(
          NAME + (on ? " is 1, for NodePorts on 127.0.0.1" : " is 0; the agent sets it"));
    }
    return on
        ? Topic.ROUTE_LOCALNET.found(
            Severity.NOTE,
            NAME
                + " is 1 and not needed: hosts of this network may reach what listens on 127.0.0.1")
        : Topic.ROUTE_LOCALNET.ok(NAME + " is 0");
  }
}
