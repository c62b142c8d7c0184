// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The kernel's clock that counts ticks (jiffies), at one moment.
 *
 * @param perSecond HZ
 * @param now the count at that moment
 */
record KernelTicks(int perSecond, long now) {

  /** What kernel/Kconfig.hz offers. */
  private static final List<Integer> FREQUENCIES = List.of(100, 250, 300, 1000);

  /** Long enough to tell 250 from 300: ten ticks lie between them. */
  private static final long MEASURED_MILLIS = 200;

  /** HZ of the running kernel, which never changes; 0 until it is measured. */
  private static volatile int known;

  /** Reads the count. */
  @FunctionalInterface
  interface Reading {
    long ticks() throws KernelException;
  }

  /**
   * Reads it, the first time twice to see how fast it is.
   *
   * @throws KernelException if reading fails, or the calling thread is interrupted, whose flag then
   *     stays set
   */
  static KernelTicks measure(Reading reading) throws KernelException {
    long before = reading.ticks();
    if (known != 0) {
      return new KernelTicks(known, before);
    }
    long start = System.nanoTime();
    try {
      TimeUnit.MILLISECONDS.sleep(MEASURED_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw KernelException.of("measure the kernel's clock", 0, "it was interrupted");
    }
    long after = reading.ticks();
    known = frequency(after - before, System.nanoTime() - start);
    return new KernelTicks(known, after);
  }

  /** The frequency that comes closest, as a ratio. */
  static int frequency(long ticks, long nanos) {
    double measured = ticks * 1e9 / nanos;
    int closest = FREQUENCIES.get(0);
    double least = Double.MAX_VALUE;
    for (int frequency : FREQUENCIES) {
      double distance = Math.abs(Math.log(measured / frequency));
      if (distance < least) {
        closest = frequency;
        least = distance;
      }
    }
    return closest;
  }

  /** How long ago a tick was; 0 if it is yet to come. */
  long millisSince(long tick) {
    return Math.max(0, now - tick) * 1000 / perSecond;
  }
}
