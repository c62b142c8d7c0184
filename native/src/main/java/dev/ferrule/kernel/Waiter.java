// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Waits until something can be read from a descriptor, or another thread asks to stop waiting.
 * Closing it waits until the waiting thread is done with the descriptor, so that no call meets a
 * number that means another file by then.
 */
final class Waiter implements AutoCloseable {

  /** The thread that waits and reads holds it; {@link #close} takes it last. */
  private final ReentrantLock reading = new ReentrantLock();

  private final Libc.Calls libc = Libc.get();
  private final int fd;

  /** An eventfd: readable once it was written to. Guarded by this object. */
  private final int wakeFd;

  private final Runnable closeDescriptor;
  private volatile boolean closed;

  /**
   * @param closeDescriptor closes {@code fd}
   */
  Waiter(int fd, Runnable closeDescriptor) throws KernelException {
    this.fd = fd;
    this.closeDescriptor = closeDescriptor;
    wakeFd = libc.eventfd(0, Libc.EFD_CLOEXEC | Libc.EFD_NONBLOCK);
    if (wakeFd < 0) {
      int errno = Libc.errno();
      closeDescriptor.run();
      throw KernelException.of("make an eventfd", errno);
    }
  }

  /** Reads from the descriptor. */
  interface Read<T> {
    T read() throws KernelException;
  }

  /**
   * Waits, and reads if there is something to read.
   *
   * @param nothing the result when the time is over, or another thread woke or closed this one
   */
  <T> T await(Duration timeout, T nothing, Read<T> read) throws KernelException {
    reading.lock();
    try {
      if (closed) {
        return nothing;
      }
      int millis = (int) Math.min(Integer.MAX_VALUE, Math.max(0, timeout.toMillis()));
      int ready = Poll.await(millis, fd, wakeFd);
      if ((ready & 2) != 0) {
        libc.read(wakeFd, eight(0).clear(), 8); // not readable any more
      }
      return (ready & 1) != 0 && !closed ? read.read() : nothing;
    } finally {
      reading.unlock();
    }
  }

  /** Ends the wait of another thread, or its next one if it does not wait now. */
  synchronized void wake() {
    if (!closed) {
      libc.write(wakeFd, eight(1), 8);
    }
  }

  private static ByteBuffer eight(long value) {
    return ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder()).putLong(value).flip();
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      wake();
      closed = true;
    }
    reading.lock();
    try {
      closeDescriptor.run();
      libc.close(wakeFd);
    } finally {
      reading.unlock();
    }
  }
}
