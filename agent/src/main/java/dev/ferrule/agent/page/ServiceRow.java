// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.page;

import dev.ferrule.rules.model.ObjectName;
import java.util.List;

/**
 * A Service as it is shown.
 *
 * @param rate new connections a second
 * @param history the same of the last minutes, the latest at the end; empty without any
 * @param endpoints how many different ones its ports have
 */
record ServiceRow(
    ObjectName name, float rate, List<Float> history, int endpoints, List<PortRow> ports) {

  /** Whether some port leads nowhere. */
  boolean isRefused() {
    return ports.stream().anyMatch(port -> !port.fate().isEmpty());
  }

  /**
   * One of its ports.
   *
   * @param name empty for the only one of most Services
   * @param addresses where it is reached, such as {@code ClusterIP 10.96.0.1:80/tcp}
   * @param moreAddresses how many are left out
   * @param fate what happens to connections that find no endpoint; empty if all find one
   * @param endpoints those that get connections
   * @param moreEndpoints how many are left out
   */
  record PortRow(
      String name,
      float rate,
      List<String> addresses,
      int moreAddresses,
      String fate,
      List<EndpointRow> endpoints,
      int moreEndpoints) {}

  /**
   * An endpoint.
   *
   * @param rate new connections a second; known only where endpoints are counted
   */
  record EndpointRow(String address, float rate) {}
}
