// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.compile;

import dev.ferrule.rules.model.ObjectName;

/**
 * A port of a Service, written {@code namespace/name:port}.
 *
 * @param port the port's name, or empty
 */
public record ServicePortName(ObjectName service, String port) {

  @Override
  public String toString() {
    return port.isEmpty() ? service.toString() : service + ":" + port;
  }
}
