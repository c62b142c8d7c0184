// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import dev.ferrule.lab.Addresses;

/** An address and port in the one form that is used for comparing. */
final class Target {
  private Target() {}

  static String normal(String text) {
    int colon = text.lastIndexOf(':');
    String host = text.substring(0, colon).replace("[", "").replace("]", "");
    return of(host, text.substring(colon + 1));
  }

  static String of(String host, String port) {
    String address = Addresses.text(Addresses.parse(host));
    return (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
  }
}
