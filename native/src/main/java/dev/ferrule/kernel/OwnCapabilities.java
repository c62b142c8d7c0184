// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this process may do (capabilities(7)). */
final class OwnCapabilities {

  /** The number of CAP_NET_RAW. */
  static final int NET_RAW = 13;

  private static final String EFFECTIVE = "CapEff:";
  private static final int HEXADECIMAL = 16;

  private OwnCapabilities() {}

  /** Whether the process has a capability; true if that cannot be found out. */
  static boolean has(int capability) {
    try {
      return has(
          Files.readString(Path.of("/proc/self/status"), StandardCharsets.ISO_8859_1), capability);
    } catch (IOException e) {
      return true; // the kernel will say
    }
  }

  /** The same of the text of {@code /proc/PID/status}. */
  static boolean has(String status, int capability) {
    return status
        .lines()
        .filter(line -> line.startsWith(EFFECTIVE))
        .map(
            line -> Long.parseUnsignedLong(line.substring(EFFECTIVE.length()).strip(), HEXADECIMAL))
        .findFirst()
        .map(set -> (set >>> capability & 1) == 1)
        .orElse(true);
  }
}
