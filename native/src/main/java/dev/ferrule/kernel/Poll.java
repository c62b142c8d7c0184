// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Waits for file descriptors (poll(2)). */
final class Poll {

  private Poll() {}

  /** Whether something can be read within the time. */
  static boolean readable(int fd, int timeoutMillis) throws KernelException {
    return await(timeoutMillis, fd) != 0;
  }

  /**
   * Waits until one of the descriptors can be read, or has an error to be read.
   *
   * @param timeoutMillis -1 to wait for ever
   * @return a bit for each ready descriptor, the first one lowest; 0 when the time is over
   */
  static int await(int timeoutMillis, int... fds) throws KernelException {
    return await(Libc.POLLIN, timeoutMillis, fds);
  }

  /** Whether something can be written within the time, or there is an error to be met. */
  static boolean writable(int fd, int timeoutMillis) throws KernelException {
    return await(Libc.POLLOUT, timeoutMillis, new int[] {fd}) != 0;
  }

  private static int await(int events, int timeoutMillis, int[] fds) throws KernelException {
    // struct pollfd: fd s32, events s16, returned events s16
    ByteBuffer pollfds = ByteBuffer.allocateDirect(8 * fds.length).order(ByteOrder.nativeOrder());
    for (int fd : fds) {
      pollfds.putInt(fd).putShort((short) events).putShort((short) 0);
    }
    pollfds.flip();
    long deadline = System.nanoTime() + timeoutMillis * 1_000_000L;
    int left = timeoutMillis;
    int count;
    while ((count = Libc.get().poll(pollfds, fds.length, left)) < 0) {
      if (Libc.errno() != Errno.EINTR) {
        throw KernelException.of("wait for the kernel", Libc.errno());
      }
      if (timeoutMillis >= 0) {
        left = (int) Math.max(0, (deadline - System.nanoTime()) / 1_000_000L);
      }
    }
    int ready = 0;
    for (int i = 0; count > 0 && i < fds.length; i++) {
      ready |= pollfds.getShort(8 * i + 6) != 0 ? 1 << i : 0;
    }
    return ready;
  }
}
