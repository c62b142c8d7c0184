// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.migrate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** A kube-proxy that runs, as far as this process sees others. */
public final class KubeProxyProcess {

  private static final String NAME = "kube-proxy";

  private KubeProxyProcess() {}

  /** The process id of one; empty if there is none in this pid namespace. */
  public static OptionalLong find() {
    return find(Path.of("/proc"));
  }

  static OptionalLong find(Path proc) {
    try (Stream<Path> entries = Files.list(proc)) {
      return entries
          .filter(entry -> entry.getFileName().toString().matches("\\d+"))
          .filter(entry -> isKubeProxy(entry))
          .mapToLong(entry -> Long.parseLong(entry.getFileName().toString()))
          .min();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  private static boolean isKubeProxy(Path process) {
    return name(process.resolve("comm")).equals(NAME)
        || program(process.resolve("exe")).equals(Optional.of(NAME));
  }

  private static String name(Path comm) {
    try {
      return Files.readString(comm).strip();
    } catch (IOException e) {
      return ""; // it has ended meanwhile
    }
  }

  private static Optional<String> program(Path exe) {
    try {
      return Optional.ofNullable(Files.readSymbolicLink(exe).getFileName()).map(Path::toString);
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty(); // a thread of the kernel, or ended
    }
  }
}
