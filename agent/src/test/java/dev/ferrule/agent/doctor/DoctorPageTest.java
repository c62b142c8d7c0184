// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The table of docs/doctor.md says what the code does; {@code -Dferrule.golden.update=true} writes
 * it anew.
 */
class DoctorPageTest {

  private static final Path PAGE = Path.of("../docs/doctor.md");
  private static final String BEGIN = "<!-- begin checks -->\n";
  private static final String END = "<!-- end checks -->";

  @Test
  void theTableIsThatOfTheCode() throws IOException {
    String page = Files.readString(PAGE);
    assertThat(page).contains(BEGIN, END);
    String expected =
        page.substring(0, page.indexOf(BEGIN) + BEGIN.length())
            + table()
            + page.substring(page.indexOf(END));

    if (Boolean.getBoolean("ferrule.golden.update")) {
      Files.writeString(PAGE, expected);
    }

    assertThat(Files.readString(PAGE)).isEqualTo(expected);
  }

  private static String table() {
    return "| check | looks at | remedy |\n| --- | --- | --- |\n"
        + Arrays.stream(Topic.values())
            .map(t -> "| `%s` | %s | %s |\n".formatted(t.id(), t.looksAt(), t.remedy()))
            .collect(Collectors.joining());
  }
}
