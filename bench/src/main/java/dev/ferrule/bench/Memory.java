// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a process takes of the machine's memory, in MB. */
final class Memory {

  private Memory() {}

  static long resident(Process process) {
    return megabytes(process, "VmRSS");
  }

  static long mostResident(Process process) {
    return megabytes(process, "VmHWM");
  }

  private static long megabytes(Process process, String field) {
    try {
      return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
          .filter(line -> line.startsWith(field + ":"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElse(-1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
