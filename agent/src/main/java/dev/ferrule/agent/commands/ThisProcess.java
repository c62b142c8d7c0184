// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.config.Configuration;
import dev.ferrule.agent.status.StatusReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What runs here. */
final class ThisProcess {

  private ThisProcess() {}

  static StatusReport.Identity identity(Configuration configuration, String source) {
    return new StatusReport.Identity(
        version(),
        System.getProperty("java.version", ""),
        System.getProperty("os.version", ""),
        configuration.mode().text(),
        source,
        configuration.hostnameOverride(),
        ProcessHandle.current().pid());
  }

  /** Ferrule's version. */
  static String version() {
    String version = ThisProcess.class.getPackage().getImplementationVersion();
    return version == null ? "(unpackaged)" : version;
  }

  /** Memory in use, in bytes; 0 if the kernel does not tell. */
  static long residentBytes() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.UTF_8)) {
        if (line.startsWith("VmRSS:")) {
          return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
    } catch (IOException e) {
      return 0; // no /proc here
    }
    return 0;
  }
}
