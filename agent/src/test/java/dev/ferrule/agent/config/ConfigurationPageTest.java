// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The tables of docs/configuration.md say what the code does. To write them anew: {@code mvn test
 * -pl agent -am -Dtest=ConfigurationPageTest -Dferrule.golden.update=true
 * -Dsurefire.failIfNoSpecifiedTests=false}.
 */
class ConfigurationPageTest {

  private static final Path PAGE = Path.of("../docs/configuration.md");

  @Test
  void tablesAreThoseOfTheCode() throws IOException {
    String page = Files.readString(PAGE);
    String expected = replaced(replaced(page, "settings", settings()), "ignored", ignored());

    if (Boolean.getBoolean("ferrule.golden.update")) {
      Files.writeString(PAGE, expected);
    }

    assertThat(Files.readString(PAGE)).isEqualTo(expected);
  }

  private static String replaced(String page, String name, String table) {
    String begin = "<!-- begin " + name + " -->\n";
    String end = "<!-- end " + name + " -->";
    assertThat(page).contains(begin, end);
    return page.substring(0, page.indexOf(begin) + begin.length())
        + table
        + page.substring(page.indexOf(end));
  }

  private static String settings() {
    return "| setting | flags | default | meaning |\n| --- | --- | --- | --- |\n"
        + Settings.ALL.stream().map(ConfigurationPageTest::row).collect(Collectors.joining());
  }

  private static String row(Setting<?> setting) {
    String pending = setting.pending().isEmpty() ? "" : " **No effect yet**: " + setting.pending();
    List<String> flags = setting.flags().stream().map(ConfigurationPageTest::code).toList();
    return "| %s | %s | %s | %s%s |\n"
        .formatted(
            code(setting.path()),
            String.join(" ", flags),
            setting.defaultText().isEmpty() ? "" : code(setting.defaultText()),
            setting.meaning(),
            pending.isEmpty() ? "" : pending + ".");
  }

  private static String ignored() {
    return "| field | why |\n| --- | --- |\n"
        + IgnoredField.ALL.stream()
            .map(field -> "| %s | %s |\n".formatted(code(field.path()), field.reason()))
            .collect(Collectors.joining());
  }

  private static String code(String text) {
    return "`" + text + "`";
  }
}
