// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

/** Names of network interfaces, as the kernel allows them. */
final class InterfaceName {

  static final String ADVICE = "write the name of an interface, like cni0";

  private static final int LONGEST = 15;

  private InterfaceName() {}

  static String parse(String text) {
    boolean odd = text.chars().anyMatch(c -> c <= ' ' || c == '/' || c == ':' || c > '~');
    if (odd || text.length() > LONGEST || text.equals(".") || text.equals("..")) {
      throw new IllegalArgumentException("\"" + text + "\" cannot be the name of an interface");
    }
    return text;
  }
}
