// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every shell script of the repository, wherever it is, also those that cannot run here. */
class ShellScriptsTest {

  private static final Path ROOT = Path.of("..");

  /** Not ours, or made by a build. */
  private static final Set<String> LEFT_OUT = Set.of(".git", ".vagrant", "target", "node_modules");

  /** How the first lines name the shell; what is only read by others says it to shellcheck. */
  private static final Pattern SHELL =
      Pattern.compile("\\A#!.*\\b(bash|sh)\\b.*|(?m)^# shellcheck shell=(bash|sh)$");

  private static final int FIRST_LINES = 400;

  @Test
  void everyScriptIsFound() throws IOException {
    assertThat(scripts().keySet())
        .contains(
            ROOT.resolve("test"),
            ROOT.resolve(".ci/run"),
            ROOT.resolve("ferrule"),
            ROOT.resolve("bench/nodes.bash"),
            ROOT.resolve("packaging/deb/src/control/postinst"),
            ROOT.resolve("test-vms/guest/kubernetes"));
  }

  @Test
  void everyScriptIsReadByItsShell() throws IOException {
    scripts()
        .forEach(
            (script, shell) -> {
              Command.Result result = Command.run(List.of(shell, "-n", script.toString()));
              assertThat(result.said()).as(script.toString()).isEmpty();
              assertThat(result.exit()).as(script.toString()).isZero();
            });
  }

  @Test
  void shellcheckFindsNothing() throws IOException {
    assumeTrue(
        System.getenv("CI") != null || Programs.installed("shellcheck"),
        "shellcheck is not installed; it comes with the package of that name");
    List<String> words =
        new ArrayList<>(
            List.of("shellcheck", "--norc", "--external-sources", "--source-path=" + ROOT, "--"));
    scripts().keySet().forEach(script -> words.add(script.toString()));

    Command.Result result = Command.run(words);

    assertThat(result.said()).isEmpty();
    assertThat(result.exit()).isZero();
  }

  /** All of them, in order, with the shell that reads each. */
  private static SortedMap<Path, String> scripts() throws IOException {
    SortedMap<Path, String> scripts = new TreeMap<>();
    Files.walkFileTree(
        ROOT,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return LEFT_OUT.contains(String.valueOf(folder.getFileName()))
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isRegularFile()) {
              shell(file).ifPresent(shell -> scripts.put(file, shell));
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return scripts;
  }

  private static Optional<String> shell(Path file) throws IOException {
    byte[] start;
    try (var in = Files.newInputStream(file)) {
      start = in.readNBytes(FIRST_LINES);
    }
    Matcher matcher = SHELL.matcher(new String(start, StandardCharsets.ISO_8859_1));
    return matcher.find()
        ? Optional.ofNullable(matcher.group(1)).or(() -> Optional.of(matcher.group(2)))
        : Optional.empty();
  }
}
