// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manual;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoffTest {

  private static String body(Roff page) {
    return page.text().substring(page.text().indexOf(".ad l\n") + ".ad l\n".length());
  }

  private static Roff page() {
    return new Roff("FERRULE-RUN", 8, "2026-11-21", "Ferrule 0.1.0");
  }

  @Test
  void beginsWithItsTitle() {
    assertThat(page().text()).startsWith(".TH \"FERRULE\\-RUN\" 8 2026-11-21 \"Ferrule 0.1.0\"\n");
  }

  @Test
  void textIsNeverMarkup() {
    assertThat(body(page().first(".SH 'a' \\fB -n ~^`")))
        .isEqualTo("\\&.SH \\(aqa\\(aq \\efB \\-n \\(ti\\(ha\\(ga\n");
    assertThat(body(page().section("SEE \"ALSO\""))).isEqualTo(".SH \"SEE \\(dqALSO\\(dq\"\n");
  }

  @Test
  void anEntryHasTermValueAndMeaning() {
    assertThat(body(page().entry("--config", "=FILE", "What\n  to read.")))
        .isEqualTo(".TP\n\\fB\\-\\-config\\fR\\fI=FILE\\fR\nWhat to read.\n");
  }
}
