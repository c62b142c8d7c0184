// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;

/** The kernel's CLOCK_MONOTONIC, for those who compare our times with theirs. */
public final class MonotonicClock {

  private static final int TIMESPEC = 16;

  private MonotonicClock() {}

  /** Microseconds since a moment that is the same for all processes. */
  public static long micros() throws KernelException {
    ByteBuffer time = ByteBuffer.allocateDirect(TIMESPEC).order(ByteOrder.nativeOrder());
    if (Libc.get().clock_gettime(Libc.CLOCK_MONOTONIC, time) != 0) {
      throw KernelException.of("ask for the kernel's time", Libc.errno());
    }
    return TimeUnit.SECONDS.toMicros(time.getLong(0))
        + TimeUnit.NANOSECONDS.toMicros(time.getLong(Long.BYTES));
  }
}
