// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import dev.ferrule.rules.compile.Frontend;
import dev.ferrule.rules.compile.ServicePortName;
import dev.ferrule.rules.model.Protocol;

/** The Service port whose frontends share chains. */
public record PortId(ServicePortName name, Protocol protocol) {

  /** The port that a frontend belongs to. */
  public static PortId of(Frontend frontend) {
    return new PortId(frontend.owner(), frontend.key().protocol());
  }

  @Override
  public String toString() {
    return name + " " + protocol.text();
  }
}
