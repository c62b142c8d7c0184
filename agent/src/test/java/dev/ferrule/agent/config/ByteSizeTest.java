// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {

  @ParameterizedTest
  @CsvSource({
    "32MiB, 33554432",
    "32Mi, 33554432",
    "1KiB, 1024",
    "2Gi, 2147483648",
    "500k, 500000",
    "1MB, 1000000",
    "4096, 4096",
    "4096B, 4096"
  })
  void reads(String text, long bytes) {
    assertThat(ByteSize.parse(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "MiB", "-1", "1.5Mi", "1 Mi", "1mi", "999999999999Gi"})
  void refuses(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ByteSize.parse(text))
        .withMessageContaining("\"" + text + "\"");
  }
}
