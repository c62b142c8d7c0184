// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.systemd;

import dev.ferrule.lab.LabException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The root file systems that machines boot from; made once, which may take some minutes. */
final class MachineRoot {

  static final String BOOKWORM = "bookworm";

  private static final long MINUTES = 20;

  private MachineRoot() {}

  /** The folder with a release of Debian. */
  static Path of(String suite) {
    String name = suite.equals(BOOKWORM) ? "root" : "root-" + suite;
    Path root = Path.of("target/systemd", name).toAbsolutePath();
    try {
      Process process =
          new ProcessBuilder("systemd/make-root", root.toString(), suite).inheritIO().start();
      if (!process.waitFor(MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
        process.destroy();
        throw new LabException("could not make the root file system of Debian " + suite);
      }
      return root;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted while making a root file system", e);
    }
  }
}
