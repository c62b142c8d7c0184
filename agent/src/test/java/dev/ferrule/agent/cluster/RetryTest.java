// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** How long the next attempt waits. */
class RetryTest {

  private static Duration nth(Retry retry, ApiException.Kind kind, int attempt) {
    Duration last = Duration.ZERO;
    for (int i = 0; i < attempt; i++) {
      last = retry.after(new ApiException(kind, "x"));
    }
    return last;
  }

  @ParameterizedTest
  @CsvSource({"1, 200", "2, 400", "3, 800", "4, 1600", "8, 25600", "9, 30000", "1000, 30000"})
  void delaysGrowUpToHalfAMinute(int attempt, long millis) {
    assertThat(nth(new Retry(() -> 1), ApiException.Kind.BUSY, attempt))
        .isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @CsvSource({
    "UNREACHABLE, 1000",
    "SILENT, 1000",
    "GONE, 5000",
    "BEHIND, 5000",
    "FORBIDDEN, 30000"
  })
  void whatCostsTheServerLittleIsTriedSooner(ApiException.Kind kind, long millis) {
    assertThat(nth(new Retry(() -> 1), kind, 50)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @EnumSource(ApiException.Kind.class)
  void delaysAreScatteredDownToAHalf(ApiException.Kind kind) {
    for (int attempt = 1; attempt < 20; attempt++) {
      Duration longest = nth(new Retry(() -> 1), kind, attempt);
      assertThat(nth(new Retry(() -> 0), kind, attempt)).isEqualTo(longest.dividedBy(2));
    }
  }

  @Test
  void afterASuccessTheFirstDelayComesAgain() {
    Retry retry = new Retry(() -> 1);
    nth(retry, ApiException.Kind.BUSY, 7);
    retry.reset();
    assertThat(nth(retry, ApiException.Kind.BUSY, 1)).isEqualTo(Duration.ofMillis(200));
  }

  @Test
  void aServerThatIsBackIsNotLeftInPeaceForTheTimeThatItWasAway() {
    Retry retry = new Retry(() -> 1);
    nth(retry, ApiException.Kind.UNREACHABLE, 50);
    assertThat(nth(retry, ApiException.Kind.GONE, 1)).isEqualTo(Duration.ofMillis(200));
    assertThat(nth(retry, ApiException.Kind.BUSY, 1)).isEqualTo(Duration.ofMillis(400));
  }

  @Test
  void whatTheServerAsksForIsTheLeast() {
    ApiException busy = new ApiException(ApiException.Kind.BUSY, "x", Duration.ofSeconds(8));
    assertThat(new Retry(() -> 0).after(busy)).isEqualTo(Duration.ofSeconds(8));
    assertThat(new Retry(() -> 1).after(busy)).isEqualTo(Duration.ofSeconds(10));
  }
}
