// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelTicksTest {

  private static final Path TIMER_LIST = Path.of("/proc/timer_list");

  @Test
  void theCountBeginsFiveMinutesBeforeItOverflows() {
    assertThat(KernelTicks.at(4_000_000, 0).now()).isEqualTo(4_294_892_296L);
    assertThat(KernelTicks.at(4_000_000, 300_000_000_000L).now()).isEqualTo(1L << 32);
    // With 300 ticks a second each is a little too short.
    assertThat(KernelTicks.at(3_333_333, 0).now()).isEqualTo(4_294_877_296L);
  }

  @Test
  void aTickThatIsYetToComeIsNow() {
    KernelTicks clock = new KernelTicks(4_000_000, 4_304_140_644L);
    assertThat(clock.millisSince(4_304_140_394L)).isEqualTo(1000);
    assertThat(clock.millisSince(4_304_140_645L)).isZero();
  }

  @KernelTest
  void itIsTheCountThatTheKernelHas() throws Exception {
    long before = KernelTicks.read().now();
    long kernel = kernelsOwn();
    KernelTicks after = KernelTicks.read();
    assertThat(kernel).isLessThanOrEqualTo(after.now());
    assertThat((before - kernel) * after.tickNanos()).isLessThan(5_000_000_000L);
  }

  private static long kernelsOwn() throws Exception {
    List<String> lines = Files.readAllLines(TIMER_LIST);
    return lines.stream()
        .filter(line -> line.startsWith("jiffies: "))
        .map(line -> Long.parseLong(line.substring("jiffies: ".length())))
        .findFirst()
        .orElseThrow();
  }
}
