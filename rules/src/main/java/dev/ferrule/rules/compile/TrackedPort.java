// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.compile;

import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.Protocol;
import java.util.List;

/**
 * A Service port in one family whose connections are looked after once they are made: every UDP
 * port, and TCP ports if connections to endpoints that are gone are to be reset.
 *
 * @param destinations what clients connect to; for UDP without NodePorts
 * @param nodePort for UDP: connections to this port of any address count too; 0 for none
 * @param endpoints where connections may lead, whatever policies and hints say now: for UDP all
 *     that serve, for TCP all that are listed in any state; sorted
 */
public record TrackedPort(
    ServicePortName name,
    Protocol protocol,
    IpFamily family,
    List<FrontendKey> destinations,
    int nodePort,
    List<Backend> endpoints) {

  public TrackedPort {
    destinations = List.copyOf(destinations);
    endpoints = List.copyOf(endpoints);
  }
}
