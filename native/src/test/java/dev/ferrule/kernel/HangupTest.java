// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Sends a real signal to this process. */
final class HangupTest {

  @Test
  void eachSignalIsTold() throws Exception {
    Semaphore signals = new Semaphore(0);
    Hangup.handle(signals::release);
    for (int i = 0; i < 2; i++) {
      long pid = ProcessHandle.current().pid();
      assertThat(new ProcessBuilder("sh", "-c", "kill -HUP " + pid).start().waitFor()).isZero();
      assertThat(signals.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
    }
  }
}
