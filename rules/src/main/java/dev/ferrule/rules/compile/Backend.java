// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.compile;

import dev.ferrule.rules.model.IpAddress;
import java.util.Comparator;

/** Where a connection is sent: address and port of one endpoint. */
public record Backend(IpAddress address, int port) implements Comparable<Backend> {

  private static final Comparator<Backend> ORDER =
      Comparator.comparing(Backend::address).thenComparingInt(Backend::port);

  @Override
  public int compareTo(Backend other) {
    return ORDER.compare(this, other);
  }

  /** {@code 10.0.0.1:80} or {@code [fd00::1]:80}. */
  @Override
  public String toString() {
    return HostPort.text(address, port);
  }
}
