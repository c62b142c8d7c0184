// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KernelTicksTest {

  @Test
  void theFrequencyIsOneThatKernelsHave() {
    assertThat(KernelTicks.frequency(20, 201_000_000)).isEqualTo(100);
    assertThat(KernelTicks.frequency(51, 200_000_000)).isEqualTo(250);
    assertThat(KernelTicks.frequency(59, 200_000_000)).isEqualTo(300);
    assertThat(KernelTicks.frequency(230, 230_500_000)).isEqualTo(1000);
  }

  @Test
  void aTickThatIsYetToComeIsNow() {
    KernelTicks clock = new KernelTicks(250, 4_304_140_644L);
    assertThat(clock.millisSince(4_304_140_394L)).isEqualTo(1000);
    assertThat(clock.millisSince(4_304_140_645L)).isZero();
  }
}
