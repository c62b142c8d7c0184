// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which version comes after which. */
class VersionsTest {

  @ParameterizedTest
  @CsvSource({
    "10, 9, true",
    "9, 10, false",
    "9, 9, false",
    "9, '', true",
    "'', 9, false",
    "x, 9, true"
  })
  void numbersAreComparedAsNumbers(String one, String other, boolean later) {
    assertThat(Versions.isLater(one, other)).isEqualTo(later);
  }

  @Test
  void whatIsNoNumberIsUnknown() {
    assertThat(Versions.number("18446744073709551615")).isEqualTo(Versions.UNKNOWN);
    assertThat(Versions.number("")).isEqualTo(Versions.UNKNOWN);
    assertThat(Versions.number("42")).isEqualTo(42);
  }
}
