// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.show;

import dev.ferrule.rules.model.Endpoint;
import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The ready endpoints of a Service in one cell: three at most, and how many more there are. */
final class EndpointList {

  private static final int SHOWN = 3;

  private EndpointList() {}

  /** The endpoints of the ports that the condition holds for. */
  static String of(List<EndpointSlice> slices, Predicate<EndpointSlice.Port> ports) {
    List<String> all = new ArrayList<>();
    for (EndpointSlice slice : slices) {
      for (EndpointSlice.Port port : slice.ports()) {
        if (ports.test(port)) {
          slice.endpoints().stream()
              .filter(Endpoint::ready)
              .forEach(endpoint -> all.add(text(endpoint.address(), port.port())));
        }
      }
    }
    if (all.isEmpty()) {
      return Words.NONE;
    }
    String shown = String.join(",", all.subList(0, Math.min(SHOWN, all.size())));
    return all.size() <= SHOWN ? shown : shown + " + " + (all.size() - SHOWN) + " more...";
  }

  private static String text(IpAddress address, int port) {
    return address.family() == IpFamily.IPV6 ? "[" + address + "]:" + port : address + ":" + port;
  }
}
