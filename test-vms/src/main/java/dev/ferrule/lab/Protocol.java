// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/**
 * What the lab's servers and clients speak. Many kernels have no SCTP sockets, so there is no SCTP.
 */
public enum Protocol {
  TCP,
  UDP;

  /** Whether a port of a manifest is one that the lab can serve. */
  static boolean served(JsonNode port) {
    String name = name(port);
    return name.equals("TCP") || name.equals("UDP");
  }

  static Protocol of(JsonNode port) {
    return valueOf(name(port));
  }

  private static String name(JsonNode port) {
    return port.path("protocol").asText("TCP").toUpperCase(Locale.ROOT);
  }
}
