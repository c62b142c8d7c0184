// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenAddressTest {

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:10249, 127.0.0.1:10249",
    "0.0.0.0, 0.0.0.0:10256",
    "[::]:1, [::]:1",
    "[fd00::1]:65535, [fd00::1]:65535"
  })
  void reads(String text, String written) {
    assertThat(ListenAddress.parse(text, 10256)).hasToString(written);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":10256",
        "localhost:1",
        "::1",
        "fd00::1:80",
        "[::]",
        "[::1:80",
        "1.2.3.4:",
        "1.2.3.4:0",
        "1.2.3.4:65536",
        "1.2.3.4:-1",
        "1.2.3.4:99999999999"
      })
  void refuses(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> ListenAddress.parse(text, 10256));
  }
}
