// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {

  @ParameterizedTest
  @CsvSource({
    "30s, PT30S",
    "1m0s, PT1M",
    "24h, PT24H",
    "0s, PT0S",
    "0, PT0S",
    "24h0m0s, PT24H",
    "1h15m30.918273645s, PT1H15M30.918273645S",
    "1.5h, PT1H30M",
    ".5s, PT0.5S",
    "300ms, PT0.3S",
    "2us, PT0.000002S",
    "2µs, PT0.000002S",
    "7ns, PT0.000000007S",
    "1.9ns, PT0.000000001S",
  })
  void reads(String text, Duration duration) {
    assertThat(GoDuration.parse(text)).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "30",
        "s",
        "-1s",
        "1d",
        "1s ",
        " 1s",
        "1s1",
        "1 s",
        "1e3s",
        "9999999999999h",
        "."
      })
  void refuses(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GoDuration.parse(text))
        .withMessage("\"" + text + "\" is not a duration");
  }
}
