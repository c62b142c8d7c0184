// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.systemd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a machine boots from and writes to, for as long as this is open. It is in memory; what was
 * there at first is shared with all other machines and stays as it is.
 */
final class Disk implements AutoCloseable {

  private final Path place;

  private Disk(Path place) {
    this.place = place;
  }

  /** A new one with a release of Debian. */
  static Disk of(String suite, Path work) {
    Path place = work.resolve("disk");
    try {
      Files.createDirectories(place);
      DebPackage.must("mount", "-t", "tmpfs", "tmpfs", place.toString());
      for (String part : new String[] {"written", "work", "root"}) {
        Files.createDirectory(place.resolve(part));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Disk disk = new Disk(place);
    DebPackage.must(
        "mount",
        "-t",
        "overlay",
        "overlay",
        "-o",
        "lowerdir=%s,upperdir=%s/written,workdir=%s/work"
            .formatted(MachineRoot.of(suite), place, place),
        disk.root().toString());
    return disk;
  }

  /** Where it is mounted. */
  Path root() {
    return place.resolve("root");
  }

  @Override
  public void close() {
    DebPackage.must("umount", root().toString());
    DebPackage.must("umount", place.toString());
  }
}
