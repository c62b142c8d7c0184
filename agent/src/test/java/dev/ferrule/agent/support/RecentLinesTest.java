// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RecentLinesTest {

  private final RecentLines lines = new RecentLines();
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PrintStream stream =
      lines.keeping(new PrintStream(written, true, StandardCharsets.UTF_8));

  @Test
  void whatIsWrittenIsKeptWithItsTime() {
    stream.println("first");
    stream.print("sec");
    stream.println("ond ä");
    assertThat(written.toString(StandardCharsets.UTF_8)).isEqualTo("first\nsecond ä\n");
    assertThat(lines.text().lines())
        .hasSize(2)
        .allMatch(line -> line.matches("20\\d\\d-.*Z (first|second ä)"));
  }

  @Test
  void theOldestLinesMakeRoom() {
    for (int i = 0; i < 3000; i++) {
      stream.println("line " + i);
    }
    assertThat(lines.text().lines()).hasSize(2000);
    assertThat(lines.text()).contains("line 1000\n", "line 2999\n").doesNotContain("line 999\n");
    for (int i = 0; i < 1000; i++) {
      stream.println("x".repeat(100_000));
    }
    assertThat(lines.text().length()).isLessThan(600_000);
  }
}
