// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The kernel's name for this host; a node is called so unless hostnameOverride says other. */
final class HostName {

  private static final Path FILE = Path.of("/proc/sys/kernel/hostname");

  private HostName() {}

  static String read() {
    try {
      return Files.readString(FILE).strip();
    } catch (IOException e) {
      throw new ConfigurationException(
          "could not read the host name from " + FILE + "; set hostnameOverride", e);
    }
  }
}
