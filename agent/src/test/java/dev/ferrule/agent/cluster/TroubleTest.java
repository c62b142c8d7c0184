// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.agent.log.Log;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How often something is told. */
class TroubleTest {

  private final List<String> lines = new ArrayList<>();
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1000); // it wraps
  private final Trouble trouble = new Trouble(Log.of(lines::add), nanos::get);

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void theSameIsToldOnceAMinute() {
    for (int second = 0; second < 150; second++) {
      trouble.is("waiting for Node here");
      pass(Duration.ofSeconds(1));
    }
    assertThat(lines).hasSize(3).containsOnly("waiting for Node here");
  }

  @Test
  void somethingElseIsToldAtOnce() {
    trouble.is("a");
    trouble.is("b");
    trouble.is("a");
    assertThat(lines).containsExactly("a", "b", "a");
  }

  @Test
  void theEndIsToldIfThereWasSomething() {
    trouble.over("well");
    trouble.is("a");
    trouble.over("well");
    trouble.over("well");
    trouble.is("a");
    assertThat(lines).containsExactly("a", "well", "a");
  }
}
