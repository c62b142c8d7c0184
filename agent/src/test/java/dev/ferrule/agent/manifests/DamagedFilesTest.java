// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever is done to the bytes of a file, it is read or named; never does it stop the agent. */
class DamagedFilesTest {

  private static final String MANIFESTS =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web, labels: &l {app: web}, creationTimestamp: "2026-01-01T00:00:00Z"}
      spec:
        type: LoadBalancer
        clusterIP: 10.96.0.1
        selector: *l
        ports: [{name: a, port: 80, targetPort: 0x50, nodePort: 30_001}]
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: {name: web-1, labels: {kubernetes.io/service-name: web, <<: *l}}
      addressType: IPv6
      ports: [{name: a, port: 80}]
      endpoints:
      - addresses: ["fd00::1"]
        conditions: {ready: true}
      """;

  private static final String JSON =
      """
      {"kind": "List", "apiVersion": "v1", "items": [{"apiVersion": "v1", "kind": "Service",
      "metadata": {"name": "web"}, "spec": {"clusterIP": "10.96.0.1", "ports": [{"port": 80}]}}]}
      """;

  /** Puts bytes in the place of some others. */
  record Damage(int at, int removed, String put) {}

  private static Path directory = Path.of("");

  @BeforeContainer
  static void makeDirectory() throws IOException {
    directory = Files.createTempDirectory("ferrule-damaged");
  }

  @AfterContainer
  static void removeDirectory() throws IOException {
    for (String file : List.of("f.yaml", "f.json")) {
      Files.deleteIfExists(directory.resolve(file));
    }
    Files.delete(directory);
  }

  @Property(tries = 400)
  void damagedFilesAreReadOrNamed(@ForAll("damages") List<Damage> damages) throws IOException {
    Files.write(directory.resolve("f.yaml"), damaged(MANIFESTS, damages));
    Files.write(directory.resolve("f.json"), damaged(JSON, damages));
    ManifestFolder folder = new ManifestFolder(directory, ManifestSettings.defaults("n"));
    folder.load();
    folder.services();
    assertThat(folder.problems()).allMatch(problem -> !problem.message().isBlank());
    assertThat(folder.problems()).noneMatch(problem -> problem.toString().contains("\n"));
  }

  /** Each char of the text stands for one byte, so that damage can leave half a character. */
  private static byte[] damaged(String text, List<Damage> damages) {
    StringBuilder bytes = new StringBuilder(text);
    for (Damage damage : damages) {
      int at = damage.at % (bytes.length() + 1);
      bytes.replace(at, Math.min(bytes.length(), at + damage.removed), damage.put);
    }
    return bytes.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  @Provide
  Arbitrary<List<Damage>> damages() {
    Arbitrary<String> words =
        Arbitraries.of(
                "",
                " ",
                "\n",
                "\t",
                "---\n",
                "...\n",
                "{",
                "}",
                "[",
                "]",
                ":",
                "- ",
                "*l",
                "&l ",
                "<<: ",
                "!!int ",
                "!!binary ",
                "? ",
                "|",
                ">",
                "'",
                "\"",
                "#",
                "%",
                "@",
                "`",
                "null",
                "0x",
                "0x_",
                "1__0",
                "1e",
                "1e999999999",
                ".inf",
                ".nan",
                "-",
                "+",
                "0b2",
                "08",
                "99999999999999999999999",
                "\u0000",
                "\uFEFF",
                "\u0085",
                "\\u",
                "\\ud800")
            .map(
                word ->
                    new String(word.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
    Arbitrary<String> bytes = Arbitraries.strings().withCharRange('\0', '\u00ff').ofMaxLength(3);
    return Combinators.combine(
            Arbitraries.integers().between(0, 700),
            Arbitraries.integers().between(0, 12),
            Arbitraries.oneOf(words, words, bytes))
        .as(Damage::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(4);
  }
}
