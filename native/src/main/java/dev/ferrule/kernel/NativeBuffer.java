// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import com.kenai.jffi.MemoryIO;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory for netlink messages outside of the Java heap, taken from and given back to the kernel at
 * once: a batch of some megabytes is needed only at a full load, and direct buffers of the JDK
 * would stay until some later garbage collection. Growing moves pages instead of bytes (mremap).
 */
final class NativeBuffer implements NetlinkWriter.Room, AutoCloseable {

  /** What is kept between batches. */
  static final int KEPT = 256 * 1024;

  private final Libc.Calls libc = Libc.get();
  private long address;
  private ByteBuffer buffer;

  NativeBuffer() {
    address =
        libc.mmap(
            null,
            KEPT,
            Libc.PROT_READ | Libc.PROT_WRITE,
            Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS,
            -1,
            0);
    if (address == -1) {
      throw new OutOfMemoryError("no memory for netlink messages");
    }
    buffer = wrap(KEPT);
  }

  private ByteBuffer wrap(int capacity) {
    return MemoryIO.getInstance()
        .newDirectByteBuffer(address, capacity)
        .order(ByteOrder.nativeOrder());
  }

  /** The buffer, empty. */
  ByteBuffer cleared() {
    return buffer.clear();
  }

  @Override
  public ByteBuffer enlarge(ByteBuffer full, int capacity) {
    int position = full.position();
    resize(capacity);
    return buffer.position(position);
  }

  /** Gives back what a big batch needed. Buffers handed out before must not be used any more. */
  void shrink() {
    if (buffer.capacity() > KEPT) {
      resize(KEPT);
    }
  }

  int capacity() {
    return buffer.capacity();
  }

  private void resize(int capacity) {
    long moved = libc.mremap(address, buffer.capacity(), capacity, Libc.MREMAP_MAYMOVE);
    if (moved == -1) {
      throw new OutOfMemoryError("no " + capacity + " bytes for netlink messages");
    }
    address = moved;
    buffer = wrap(capacity);
  }

  @Override
  public void close() {
    if (address != 0) {
      libc.munmap(address, buffer.capacity());
      address = 0;
      buffer = ByteBuffer.allocate(0);
    }
  }
}
