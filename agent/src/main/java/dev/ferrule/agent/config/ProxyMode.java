// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import java.util.Locale;

/** Which part of the kernel carries the Services. */
public enum ProxyMode {
  NFTABLES,
  IPTABLES;

  /** The word in the file: {@code nftables} or {@code iptables}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static ProxyMode parse(String text) {
    for (ProxyMode mode : values()) {
      if (mode.text().equals(text)) {
        return mode;
      }
    }
    throw new IllegalArgumentException("\"" + text + "\" is not a mode of Ferrule");
  }
}
