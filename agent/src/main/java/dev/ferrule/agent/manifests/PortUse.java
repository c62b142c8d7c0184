// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import dev.ferrule.rules.model.Protocol;
import dev.ferrule.rules.model.ServicePort;

/**
 * What a Service needs a node port for.
 *
 * @param port of the Service; 0 for its health check
 */
record PortUse(Protocol protocol, int port) {

  static final PortUse HEALTH_CHECK = new PortUse(Protocol.TCP, 0);

  static PortUse of(ServicePort port) {
    return new PortUse(port.protocol(), port.port());
  }

  /** As in the state file: {@code TCP/80}. */
  @Override
  public String toString() {
    return protocol + "/" + port;
  }
}
