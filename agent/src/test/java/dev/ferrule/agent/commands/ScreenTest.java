// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.kernel.TerminalSize;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScreenTest {

  private final StringWriter out = new StringWriter();

  @Test
  void aTerminalShowsOneTextInPlaceOfTheOther() {
    Screen screen = terminal(24, 80);
    screen.show("a\nb\n");
    screen.show("c\n");
    screen.keep();
    screen.show("d\n");
    assertThat(out.toString()).isEqualTo("a\nb\n\u001b[2A\r\u001b[Jc\nd\n");
  }

  @Test
  void whatDoesNotFitIsCutOff() {
    terminal(3, 4).show("12345\n1234\nx\n");
    assertThat(out.toString()).isEqualTo("1234\n1234\n");
  }

  @Test
  void rowsAreAsManyAsCanBeSeen() {
    assertThat(terminal(24, 80).room(7)).isEqualTo(20);
    assertThat(terminal(2, 80).room(7)).isEqualTo(1);
    assertThat(terminal(0, 0).room(7)).isEqualTo(20);
    assertThat(new Screen(new PrintWriter(out), Optional::empty).room(7)).isEqualTo(7);
  }

  @Test
  void elsewhereOneTextComesBelowTheOther() {
    Screen screen = new Screen(new PrintWriter(out), Optional::empty);
    screen.show("a\n");
    screen.show("b\n");
    assertThat(out.toString()).isEqualTo("a\nb\n");
  }

  private Screen terminal(int rows, int columns) {
    return new Screen(new PrintWriter(out), () -> Optional.of(new TerminalSize(rows, columns)));
  }
}
