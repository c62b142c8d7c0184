// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import java.util.Locale;

/** Who may see the status page. */
public enum StatusPageAccess {
  /** Clients on this host. */
  LOCAL,

  /** Whoever reaches the address of the health server. */
  ALL,

  /** Nobody: there is no such page. */
  OFF;

  /** As it is written. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static StatusPageAccess parse(String text) {
    for (StatusPageAccess access : values()) {
      if (access.text().equals(text)) {
        return access;
      }
    }
    throw new IllegalArgumentException("\"" + text + "\" does not say who may see the page");
  }
}
