// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What the kernel knows of the accuracy of its clock. */
public final class KernelClock {

  /** {@code struct timex} has 208 bytes on 64-bit machines. */
  private static final int TIMEX = 256;

  /** What {@code adjtimex} returns for a clock that nobody keeps ({@code linux/timex.h}). */
  private static final int TIME_ERROR = 5;

  private KernelClock() {}

  /** Whether a program such as chrony or systemd-timesyncd keeps it in time. */
  public static boolean isSynchronized() throws KernelException {
    ByteBuffer nothingToSet = ByteBuffer.allocateDirect(TIMEX).order(ByteOrder.nativeOrder());
    int state = Libc.get().adjtimex(nothingToSet);
    if (state < 0) {
      throw KernelException.of("ask for the state of the clock", Libc.errno());
    }
    return state != TIME_ERROR;
  }
}
