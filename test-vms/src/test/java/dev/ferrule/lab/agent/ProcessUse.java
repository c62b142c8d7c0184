// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a process holds of the kernel's, as /proc has it.
 *
 * @param descriptors open files and sockets
 * @param threads those of the Java machine too
 * @param residentKb memory, VmRSS
 */
record ProcessUse(int descriptors, int threads, int residentKb) {

  static ProcessUse of(long pid) {
    Path proc = Path.of("/proc", Long.toString(pid));
    try (Stream<Path> files = Files.list(proc.resolve("fd"))) {
      int descriptors = Math.toIntExact(files.count());
      return new ProcessUse(descriptors, number(proc, "Threads:"), number(proc, "VmRSS:"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int number(Path proc, String name) throws IOException {
    String line =
        Files.readAllLines(proc.resolve("status")).stream()
            .filter(one -> one.startsWith(name))
            .findFirst()
            .orElseThrow();
    return Integer.parseInt(line.replaceAll("\\D", ""));
  }
}
