// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {

  private final LatencyHistogram histogram = new LatencyHistogram();

  @Test
  void isEmptyBeforeTheFirstSync() {
    assertThat(histogram.buckets()).isEmpty();
  }

  @Test
  void runsFromTheShortestToTheLongest() {
    histogram.add(Duration.ofMillis(3));
    histogram.add(Duration.ofMillis(4));
    histogram.add(Duration.ofNanos(500_001));
    assertThat(histogram.buckets())
        .extracting(bucket -> Ages.precise(bucket.to()) + " " + bucket.count())
        .containsExactly("1.00 ms 1", "2.00 ms 0", "4.00 ms 2");
  }

  @Test
  void whatTakesVeryLongIsCountedToo() {
    histogram.add(Duration.ZERO);
    histogram.add(Duration.ofHours(1));
    assertThat(histogram.buckets()).hasSize(19).last().matches(LatencyHistogram.Bucket::isOpen);
  }
}
