// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The package that the build has made, outside of any machine. */
public final class DebPackage {

  private static final Path FOLDER = Path.of("../packaging/deb/target");

  private DebPackage() {}

  /** The file. */
  public static Path built() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .filter(file -> file.getFileName().toString().matches("ferrule_.*_all\\.deb"))
          .findAny()
          .orElseThrow(() -> new AssertionError("no package; mvn package -pl packaging/deb -am"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same with a later version, and with its jar under that name. */
  public static Path later(Path work) {
    Path tree = work.resolve("later");
    Path file = work.resolve("later.deb");
    must("dpkg-deb", "--raw-extract", built().toString(), tree.toString());
    must("sed", "-i", "s/^Version: .*/Version: 99.1/", tree + "/DEBIAN/control");
    must(
        "sh",
        "-ec",
        "cd " + tree + "/usr/share/ferrule; mv ferrule-agent-*.jar ferrule-agent-99.1.jar");
    must("sed", "-i", "/ferrule-agent-/d", tree + "/DEBIAN/md5sums");
    must("dpkg-deb", "--root-owner-group", "-Zgzip", "--build", tree.toString(), file.toString());
    return file;
  }

  /** An earlier version, which knew nothing of a restore. */
  static Path earlier(Path work) {
    Path tree = work.resolve("earlier");
    Path file = work.resolve("earlier.deb");
    must("dpkg-deb", "--raw-extract", built().toString(), tree.toString());
    must("sed", "-i", "s/^Version: .*/Version: 0.0.1/", tree + "/DEBIAN/control");
    must("sed", "-i", "/systemd.system/d", tree + "/DEBIAN/md5sums");
    must(
        "sh",
        "-ec",
        "cd "
            + tree
            + "/usr/lib/systemd/system; rm ferrule-restore.service; sed -i"
            + " '/^Wants=ferrule-restore/d; s/ ferrule-restore.service//' ferrule.service; ! grep"
            + " ferrule-restore ferrule.service");
    must("dpkg-deb", "--root-owner-group", "-Zgzip", "--build", tree.toString(), file.toString());
    return file;
  }

  /** Lays out its files below a folder. */
  static Path extracted(Path folder) {
    must("dpkg-deb", "--extract", built().toString(), folder.toString());
    return folder;
  }

  /** Runs a program that must succeed, and returns what it printed. */
  static String must(String... words) {
    Command.Result result = Command.run(List.of(words));
    assertThat(result.exit()).as(result.said()).isZero();
    return result.output();
  }
}
