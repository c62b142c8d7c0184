// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferrule.agent.config.YamlValue.Kind;
import dev.ferrule.agent.config.YamlValue.Mapping;
import dev.ferrule.agent.config.YamlValue.Scalar;
import dev.ferrule.agent.config.YamlValue.Sequence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class YamlReaderTest {

  private final List<String> warnings = new ArrayList<>();

  private @Nullable YamlValue read(String text) throws IOException {
    return new YamlReader((line, warning) -> warnings.add(line + ": " + warning)).read(text);
  }

  @Test
  void keepsLinesKindsAndOrder() throws IOException {
    YamlValue value = read("---\nb: text\na:\n- 0x10\n- true\nn:\n  deep: null\n");

    assertThat(value)
        .isEqualTo(
            new Mapping(
                2,
                Map.of(
                    "b", new Scalar(2, Kind.TEXT, "text"),
                    "a",
                        new Sequence(
                            3,
                            List.of(
                                new Scalar(4, Kind.NUMBER, "16"),
                                new Scalar(5, Kind.TRUTH, "true"))),
                    "n", new Mapping(6, Map.of("deep", new Scalar(7, Kind.NULL, "null"))))));
    assertThat(value)
        .asInstanceOf(InstanceOfAssertFactories.type(Mapping.class))
        .satisfies(mapping -> assertThat(mapping.fields().keySet()).containsExactly("b", "a", "n"));
    assertThat(warnings).isEmpty();
  }

  @Test
  void readsJsonWithTabs() throws IOException {
    YamlValue value = read("{\n\t\"a\": [\n\t\t\"x\"\n\t]\n}\n");

    assertThat(value)
        .isEqualTo(
            new Mapping(1, Map.of("a", new Sequence(2, List.of(new Scalar(3, Kind.TEXT, "x"))))));
  }

  @Test
  void readsTheFlowStyleOfYaml() throws IOException {
    assertThat(read("{a: x}"))
        .isEqualTo(new Mapping(1, Map.of("a", new Scalar(1, Kind.TEXT, "x"))));
  }

  @Test
  void theLastOfTwoFieldsCounts() throws IOException {
    YamlValue value = read("s:\n  a: 1\n  a: 2\n");

    assertThat(value)
        .isEqualTo(
            new Mapping(
                1, Map.of("s", new Mapping(1, Map.of("a", new Scalar(3, Kind.NUMBER, "2"))))));
    assertThat(warnings).containsExactly("3: s.a is there twice; what line 2 says is lost");
  }

  @Test
  void saysThatOnlyTheFirstDocumentCounts() throws IOException {
    read("a: 1\n---\nb: 2\n");

    assertThat(warnings).containsExactly("3: only the first document of the file is read");
  }

  @Test
  void nothingIsNull() throws IOException {
    assertThat(read("")).isNull();
    assertThat(read("# only a comment\n")).isNull();
  }

  @Test
  void refusesAliases() {
    assertThatThrownBy(() -> read("a: &x 1\nb: *x\n"))
        .isInstanceOf(IOException.class)
        .hasMessage("line 2: *x is an alias; write the value out");
  }

  @Test
  void namesTheLineOfASyntaxError() {
    assertThatThrownBy(() -> read("a: 1\nb: [1,\n"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("line 3");
  }
}
