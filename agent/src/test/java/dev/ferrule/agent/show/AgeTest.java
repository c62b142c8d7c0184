// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.show;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.model.Service;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgeTest {

  @ParameterizedTest
  @CsvSource({
    "-5, <invalid>",
    "-1, 0s",
    "0, 0s",
    "119, 119s",
    "120, 2m",
    "125, 2m5s",
    "600, 10m",
    "10799, 179m",
    "10800, 3h",
    "11000, 3h3m",
    "28800, 8h",
    "172799, 47h",
    "172800, 2d",
    "180000, 2d2h",
    "691200, 8d",
    "63072000, 2y",
    "63158400, 2y1d",
    "252288000, 8y"
  })
  void agesAreThoseOfKubectl(long seconds, String text) {
    assertThat(Age.at(Instant.ofEpochSecond(seconds), 0)).isEqualTo(text);
  }

  @Test
  void unknownAgeIsSaid() {
    assertThat(Age.at(Instant.EPOCH, Service.UNKNOWN_AGE)).isEqualTo("<unknown>");
  }
}
