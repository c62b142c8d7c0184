// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.model.IpFamily;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the programs of one variant of iptables. */
final class IptablesPrograms {

  /** Not everybody has these in the path, but iptables is there. */
  private static final List<String> ALWAYS_SEARCHED =
      List.of("/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin", "/bin");

  private final List<Path> folders;

  IptablesPrograms(List<Path> folders) {
    this.folders = List.copyOf(folders);
  }

  static IptablesPrograms ofThisHost() {
    List<Path> folders = new ArrayList<>();
    String path = System.getenv("PATH");
    for (String folder : (path == null ? "" : path).split(File.pathSeparator, -1)) {
      if (folder.startsWith("/")) {
        folders.add(Path.of(folder));
      }
    }
    ALWAYS_SEARCHED.forEach(folder -> folders.add(Path.of(folder)));
    return new IptablesPrograms(folders);
  }

  /** {@code iptables} or {@code ip6tables}. */
  static String name(IpFamily family) {
    return family == IpFamily.IPV4 ? "iptables" : "ip6tables";
  }

  /**
   * The program of a variant.
   *
   * @param task {@code save} or {@code restore}
   * @throws KernelException if there is none
   */
  Path find(IptablesVariant variant, IpFamily family, String task) throws KernelException {
    Optional<Path> own = search(name(family) + "-" + variant.text() + "-" + task);
    if (own.isPresent()) {
      return own.get();
    }
    String plainName = name(family) + "-" + task;
    Optional<Path> plain = search(plainName);
    if (plain.isPresent() && plainVariant(family) == variant) {
      return plain.get();
    }
    String wanted = name(family) + "-" + variant.text() + "-" + task;
    throw new KernelException(
        "find " + wanted,
        wanted,
        0,
        "",
        (plain.isPresent() ? plainName + " is " + variant.other() : "it is not installed")
            + "; install the package iptables, or put the program's folder into PATH");
  }

  /** Whether reading and writing is possible with it. */
  boolean has(IptablesVariant variant, IpFamily family) {
    try {
      find(variant, family, "save");
      find(variant, family, "restore");
      return true;
    } catch (KernelException e) {
      return false; // who wants just this one is told by find
    }
  }

  /** What the program without a variant in its name is; null if there is none. */
  @Nullable IptablesVariant plainVariant(IpFamily family) throws KernelException {
    Optional<Path> plain = search(name(family) + "-restore");
    if (plain.isEmpty()) {
      return null;
    }
    StringBuilder answer = new StringBuilder();
    new ChildProcess(List.of(plain.get().toString(), "--version"), ChildProcess.QUICK)
        .run(in -> {}, answer::append);
    return IptablesVariant.ofVersion(answer.toString());
  }

  private Optional<Path> search(String program) {
    return folders.stream()
        .map(folder -> folder.resolve(program))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
