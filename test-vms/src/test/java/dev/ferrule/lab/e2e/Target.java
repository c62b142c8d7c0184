// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.e2e;

import dev.ferrule.lab.Protocol;

/** Where a client connects to. */
record Target(String address, int port, Protocol protocol) {

  static Target tcp(String address, int port) {
    return new Target(address, port, Protocol.TCP);
  }

  static Target udp(String address, int port) {
    return new Target(address, port, Protocol.UDP);
  }
}
