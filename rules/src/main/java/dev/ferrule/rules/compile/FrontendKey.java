// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.compile;

import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.Protocol;
import java.util.Comparator;

/** What a client connects to. A NodePort has one key for each node address it is open on. */
public record FrontendKey(IpAddress address, Protocol protocol, int port)
    implements Comparable<FrontendKey> {

  private static final Comparator<FrontendKey> ORDER =
      Comparator.comparing(FrontendKey::address)
          .thenComparingInt(FrontendKey::port)
          .thenComparing(FrontendKey::protocol);

  public IpFamily family() {
    return address.family();
  }

  @Override
  public int compareTo(FrontendKey other) {
    return ORDER.compare(this, other);
  }

  /** {@code 10.96.0.1:443/tcp}. */
  @Override
  public String toString() {
    return HostPort.text(address, port) + "/" + protocol.text();
  }
}
