// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ferrule.lab.Command;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in the package, with the programs that others would read it with. */
@Tag("kernel")
class DebContentTest {

  @TempDir private static Path tree;

  @BeforeAll
  static void extract() {
    DebPackage.extracted(tree);
  }

  private static List<Path> files(String folder) throws IOException {
    try (Stream<Path> files = Files.walk(tree.resolve(folder))) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  @Test
  void allFilesAreOfOneTimeAndOfRoot() {
    List<String> entries =
        DebPackage.must("env", "TZ=UTC", "dpkg-deb", "--contents", DebPackage.built().toString())
            .lines()
            .toList();

    assertThat(entries).hasSizeGreaterThan(50);
    assertThat(entries)
        .allSatisfy(entry -> assertThat(entry).contains(" root/root ", " 2026-11-21 00:00 "));
  }

  @Test
  void manualPagesAreWellFormed() throws IOException {
    List<Path> pages = files("usr/share/man");

    assertThat(pages).hasSizeGreaterThan(10);
    for (Path page : pages) {
      Command.Result lint = Command.run(List.of("mandoc", "-Tlint", "-Wwarning", page.toString()));
      assertThat(lint.output()).as(page.toString()).isEmpty();
      assertThat(DebPackage.must("mandoc", "-Thtml", page.toString())).contains("SEE_ALSO");
    }
  }

  @Test
  void completionKnowsCommandsAndFlags() {
    String script = tree.resolve("usr/share/bash-completion/completions/ferrule").toString();
    String complete =
        "source %s; COMP_WORDS=(%s); COMP_CWORD=%d; COMP_LINE='ferrule'; _complete_ferrule;"
            + " echo \"${COMPREPLY[@]}\"";

    assertThat(DebPackage.must("bash", "-c", complete.formatted(script, "ferrule ex", 1)).strip())
        .isEqualTo("explain");
    assertThat(
            DebPackage.must("bash", "-c", complete.formatted(script, "ferrule run --manif", 2))
                .strip())
        .startsWith("--manifests");
  }

  @Test
  void everyLibraryHasALicenceAndIsInTheBillOfMaterials() throws IOException {
    Path documents = tree.resolve("usr/share/doc/ferrule");
    JsonNode bill =
        new ObjectMapper().readTree(Files.readString(documents.resolve("ferrule.cdx.json")));
    List<String> billed = new ArrayList<>();
    bill.get("components")
        .forEach(
            part -> billed.add(part.get("name").asText() + "-" + part.get("version").asText()));
    List<String> patterns =
        Files.readAllLines(documents.resolve("copyright")).stream()
            .filter(line -> line.startsWith("Files: usr/"))
            .map(line -> line.substring("Files: ".length()).split(" ", 2)[0])
            .toList();

    assertThat(bill.has("serialNumber")).isFalse();
    assertThat(bill.get("bomFormat").asText()).isEqualTo("CycloneDX");
    for (Path library : files("usr/share/ferrule/lib")) {
      String name = library.getFileName().toString();
      if (!name.endsWith(".jar")) {
        continue;
      }
      assertThat(billed).contains(name.replaceAll("(-native)?\\.jar$", ""));
      if (!name.startsWith("ferrule-")) {
        Path inPackage = tree.relativize(library);
        assertThat(patterns)
            .as("licence of " + name)
            .anyMatch(
                pattern ->
                    FileSystems.getDefault().getPathMatcher("glob:" + pattern).matches(inPackage));
      }
    }
  }

  @Test
  void unitsNameWhatIsThere() throws IOException {
    for (Path unit : files("usr/lib/systemd/system")) {
      List<String> named =
          Files.readAllLines(unit).stream()
              .filter(line -> line.matches("(ExecStart|Documentation)=.*"))
              .toList();
      assertThat(named).isNotEmpty();
      for (String line : named) {
        if (line.startsWith("Documentation=man:")) {
          String page = line.replaceAll("Documentation=man:(.*)\\((\\d)\\)", "man$2/$1.$2.gz");
          assertThat(tree.resolve("usr/share/man").resolve(page)).exists();
        } else if (line.startsWith("ExecStart=/")) {
          String program = line.substring("ExecStart=/".length()).split(" ", 2)[0];
          assertThat(tree.resolve(program)).isExecutable();
        }
      }
    }
  }

  /** What differs: how they are started, and the runtime directory of the control socket. */
  @Test
  void theRestoreHasTheSandboxOfTheService() throws IOException {
    assertThat(sandbox("ferrule-restore.service"))
        .containsExactlyElementsOf(
            sandbox("ferrule.service").stream()
                .filter(line -> !line.startsWith("RuntimeDirectory"))
                .toList());
  }

  private static List<String> sandbox(String unit) throws IOException {
    List<String> lines = Files.readAllLines(tree.resolve("usr/lib/systemd/system").resolve(unit));
    return lines.subList(lines.indexOf("User=ferrule"), lines.size()).stream()
        .takeWhile(line -> !line.equals("[Install]"))
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .toList();
  }
}
