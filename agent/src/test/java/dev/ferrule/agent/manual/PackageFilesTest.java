// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferrule.agent.commands.FerruleCommand;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.CommandSpec;

class PackageFilesTest {

  @TempDir Path directory;

  private Map<String, byte[]> written(String name) throws IOException {
    Path changelog = Files.writeString(directory.resolve("changelog"), "ferrule (0.1.0)\n");
    Path folder = directory.resolve(name);
    PackageFiles.main(
        new String[] {folder.toString(), "0.1.0", "2026-11-21T00:00:00Z", changelog.toString()});
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return files;
  }

  private static String unpacked(Map<String, byte[]> files, String name) throws IOException {
    byte[] content = Objects.requireNonNull(files.get(name), name);
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(content))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void sameProgramGivesTheSameBytes() throws IOException {
    Map<String, byte[]> first = written("first");
    Map<String, byte[]> second = written("second");

    assertThat(second.keySet()).isEqualTo(first.keySet());
    first.forEach((name, content) -> assertThat(second.get(name)).as(name).isEqualTo(content));
  }

  @Test
  void everyCommandHasItsPage() throws IOException {
    Map<String, byte[]> files = written("files");
    CommandSpec program = FerruleCommand.commandLine().getCommandSpec();

    for (String command : program.subcommands().keySet()) {
      assertThat(files).containsKey("man/man8/ferrule-" + command + ".8.gz");
      assertThat(unpacked(files, "man/man8/ferrule.8.gz"))
          .contains("ferrule\\-" + command.replace("-", "\\-") + "(8)");
    }
    assertThat(files).containsKeys("man/man5/ferrule-config.5.gz", "config.yaml", "changelog.gz");
    assertThat(new String(files.get("completion.bash"), StandardCharsets.UTF_8))
        .contains("complete -F", "--manifests");
  }

  @Test
  void everyFlagAndArgumentSaysWhatItIsFor() {
    CommandSpec program = FerruleCommand.commandLine().getCommandSpec();

    program
        .subcommands()
        .forEach(
            (name, line) ->
                assertThat(line.getCommandSpec().args())
                    .as(name)
                    .allSatisfy(
                        argument ->
                            assertThat(String.join("", argument.description())).isNotBlank()));
  }

  @Test
  void wrongArgumentsAreNamed() {
    assertThatThrownBy(() -> PackageFiles.main(new String[0]))
        .hasMessage("usage: FOLDER VERSION TIME CHANGELOG");
  }
}
