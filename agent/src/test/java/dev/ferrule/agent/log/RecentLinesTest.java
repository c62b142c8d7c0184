// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecentLinesTest {

  private final RecentLines lines = new RecentLines();

  @Test
  void whatIsWrittenIsKeptWithItsTime() {
    lines.add("first");
    lines.add("second ä");
    assertThat(lines.text().lines())
        .hasSize(2)
        .allMatch(line -> line.matches("20\\d\\d-.*Z (first|second ä)"));
  }

  @Test
  void theOldestLinesMakeRoom() {
    for (int i = 0; i < 3000; i++) {
      lines.add("line " + i);
    }
    assertThat(lines.text().lines()).hasSize(2000);
    assertThat(lines.text()).contains("line 1000\n", "line 2999\n").doesNotContain("line 999\n");
    for (int i = 0; i < 1000; i++) {
      lines.add("x".repeat(100_000));
    }
    assertThat(lines.text().length()).isLessThan(600_000);
  }
}
