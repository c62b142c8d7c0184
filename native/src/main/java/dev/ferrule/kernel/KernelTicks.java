// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;

/**
 * The kernel's clock that counts ticks (jiffies), at one moment.
 *
 * <p>The kernel tells the count only to root and not in every container ({@code /proc/timer_list}),
 * but it follows from what everybody may know. It starts so that it overflows 32 bits after five
 * minutes ({@code INITIAL_JIFFIES}, linux/jiffies.h), goes with CLOCK_MONOTONIC ({@code
 * tick_do_update_jiffies64}), and a tick is the resolution of CLOCK_MONOTONIC_COARSE. The clock is
 * older than the count by the moment (some 250 ms) in which the kernel came to its first tick, so
 * what it says lies that much behind the kernel's own count at most.
 *
 * @param tickNanos length of a tick
 * @param now the count at that moment
 */
record KernelTicks(long tickNanos, long now) {

  private static final long SECONDS_TO_OVERFLOW = 300;
  private static final int TIMESPEC = 16;

  /** The clock at this moment. */
  static KernelTicks read() throws KernelException {
    Libc.Calls libc = Libc.get();
    ByteBuffer time = ByteBuffer.allocateDirect(TIMESPEC).order(ByteOrder.nativeOrder());
    if (libc.clock_getres(Libc.CLOCK_MONOTONIC_COARSE, time) != 0) {
      throw KernelException.of("ask how long a tick of the kernel is", Libc.errno());
    }
    long tickNanos = nanos(time);
    if (libc.clock_gettime(Libc.CLOCK_MONOTONIC, time) != 0) {
      throw KernelException.of("ask for the kernel's time", Libc.errno());
    }
    return at(tickNanos, nanos(time));
  }

  private static long nanos(ByteBuffer timespec) {
    return TimeUnit.SECONDS.toNanos(timespec.getLong(0)) + timespec.getLong(Long.BYTES);
  }

  /** The clock so long after the kernel's start. */
  static KernelTicks at(long tickNanos, long nanosSinceStart) {
    long perSecond = Math.round(1e9 / tickNanos);
    return new KernelTicks(
        tickNanos, (1L << 32) - SECONDS_TO_OVERFLOW * perSecond + nanosSinceStart / tickNanos);
  }

  /** How long ago a tick was; 0 if it is yet to come. */
  long millisSince(long tick) {
    return TimeUnit.NANOSECONDS.toMillis(Math.max(0, now - tick) * tickNanos);
  }
}
