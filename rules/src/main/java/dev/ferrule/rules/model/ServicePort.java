// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.model;

/**
 * One entry of {@code spec.ports}.
 *
 * @param name empty if the Service has a single port without a name; EndpointSlice ports of the
 *     same name carry its endpoints
 * @param port 1 to 65,535
 * @param targetPort as written in the manifest, a number or a name; for display only, since
 *     EndpointSlices hold the numbers
 * @param nodePort 1 to 65,535, or 0 for none
 */
public record ServicePort(
    String name, Protocol protocol, int port, String targetPort, int nodePort) {

  public ServicePort {
    requirePort("port", port, 1);
    requirePort("nodePort", nodePort, 0);
  }

  static void requirePort(String field, int value, int min) {
    if (value < min || value > 65_535) {
      throw new IllegalArgumentException(field + " " + value + " is not in " + min + " to 65535");
    }
  }
}
