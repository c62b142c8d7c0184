// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.trace;

import dev.ferrule.rules.compile.FrontendKey;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * A new connection: who wants to go where. One from an address of this node, or from loopback,
 * starts on the node itself.
 *
 * @param from address of the client, as the node sees it
 * @param to address that it sends to, of the same family
 * @param port 1 to 65,535
 * @param inInterface the node's interface that it comes in by; null if that is not known or it
 *     starts on the node. An unknown one is no Pod's
 */
public record Connection(
    IpAddress from, IpAddress to, Protocol protocol, int port, @Nullable String inInterface) {

  public Connection {
    if (from.family() != to.family()) {
      throw new IllegalArgumentException(
          from + " is an " + from.family().text() + " address and " + to + " is not");
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port " + port + " is not in 1 to 65535");
    }
  }

  /** A connection that comes in by an interface that is not known. */
  public Connection(IpAddress from, IpAddress to, Protocol protocol, int port) {
    this(from, to, protocol, port, null);
  }

  /** What the client connects to. */
  public FrontendKey destination() {
    return new FrontendKey(to, protocol, port);
  }

  @Override
  public String toString() {
    return from + " -> " + destination();
  }
}
