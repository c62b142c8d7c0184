// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.model;

import java.util.List;

/**
 * Some of the endpoints of one Service; all slices of a Service add up.
 *
 * @param service the Service, in the slice's namespace, whose endpoints these are
 * @param family of all addresses in the slice
 */
public record EndpointSlice(
    ObjectName name,
    ObjectName service,
    IpFamily family,
    List<Port> ports,
    List<Endpoint> endpoints) {

  public EndpointSlice {
    ports = List.copyOf(ports);
    endpoints = List.copyOf(endpoints);
  }

  /**
   * A port that every endpoint of the slice serves.
   *
   * @param name of the Service port it belongs to; empty for an unnamed one
   * @param port 1 to 65,535
   */
  public record Port(String name, Protocol protocol, int port) {

    public Port {
      ServicePort.requirePort("port", port, 1);
    }
  }
}
