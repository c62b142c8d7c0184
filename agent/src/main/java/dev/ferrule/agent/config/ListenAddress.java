// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;

/** An address and port that a server of ours listens on. */
public record ListenAddress(IpAddress address, int port) {

  public ListenAddress {
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is not in 1 to 65535");
    }
  }

  /** Reads {@code ADDRESS:PORT} or {@code [ADDRESS]:PORT}; an IPv4 address may stand alone. */
  static ListenAddress parse(String text, int defaultPort) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      return new ListenAddress(IpAddress.parse(text), defaultPort);
    }
    boolean bracketed = text.startsWith("[") && text.startsWith("]:", colon - 1);
    String host = bracketed ? text.substring(1, colon - 1) : text.substring(0, colon);
    if (!bracketed && host.indexOf(':') >= 0) {
      throw new IllegalArgumentException("an IPv6 address needs brackets");
    }
    return new ListenAddress(IpAddress.parse(host), WholeNumber.parse(text.substring(colon + 1)));
  }

  @Override
  public String toString() {
    return address.family() == IpFamily.IPV6 ? "[" + address + "]:" + port : address + ":" + port;
  }
}
