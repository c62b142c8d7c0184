// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.2",
        "::1",
        "::",
        "fd00:10:96::a",
        "2001:db8::1:0:0:1",
        "1::",
        "1:2:3:4:5:6:7:8"
      })
  void textAndBytesAreEachOthersInverse(String text) {
    assertThat(Addresses.text(Addresses.parse(text))).isEqualTo(text);
  }

  @Test
  void namesAreNotAddresses() {
    assertThatThrownBy(() -> Addresses.parse("localhost")).isInstanceOf(LabException.class);
    assertThatThrownBy(() -> Addresses.parse("cafe")).isInstanceOf(LabException.class);
  }
}
