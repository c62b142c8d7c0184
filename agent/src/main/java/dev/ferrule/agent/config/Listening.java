// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import java.util.Optional;

/** How the address of an HTTP server is written. */
final class Listening {

  private static final String OFF = "off";

  private Listening() {}

  /**
   * An address with a port, or nothing to listen on. Nothing is written as {@code off}; an empty
   * flag says the same, as it does to kube-proxy, while an empty field stands for the default.
   */
  static SettingType<Optional<ListenAddress>> on(int defaultPort) {
    return new SettingType<>(
        SettingType.Shape.TEXT,
        "ADDRESS:PORT",
        "write an address and port like 0.0.0.0:"
            + defaultPort
            + " or [::]:"
            + defaultPort
            + ", or off",
        written -> !written.flag() && written.texts().get(0).isBlank(),
        texts -> read(texts.get(0), defaultPort));
  }

  private static Optional<ListenAddress> read(String text, int defaultPort) {
    return text.isBlank() || text.equals(OFF)
        ? Optional.empty()
        : Optional.of(ListenAddress.parse(text, defaultPort));
  }
}
