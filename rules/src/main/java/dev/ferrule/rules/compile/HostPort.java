// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.compile;

import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;

/** Addresses with ports as URLs write them. */
final class HostPort {

  private HostPort() {}

  static String text(IpAddress address, int port) {
    return address.family() == IpFamily.IPV6 ? "[" + address + "]:" + port : address + ":" + port;
  }
}
