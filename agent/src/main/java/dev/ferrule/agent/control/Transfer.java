// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.control;

import dev.ferrule.kernel.KernelException;
import dev.ferrule.kernel.UnixConnection;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/** Moves lines over a connection, and gives up on a client that takes too long. */
final class Transfer {

  private static final int ROOM = 64 * 1024;

  private final UnixConnection connection;

  Transfer(UnixConnection connection) {
    this.connection = connection;
  }

  /**
   * The first line, without its end; what follows it is not looked at.
   *
   * @throws RequestException if it is too long, or not there in time
   */
  byte[] line(int most, Duration patience) throws KernelException, RequestException {
    long end = System.nanoTime() + patience.toNanos();
    ByteBuffer bytes = ByteBuffer.allocate(1024);
    while (true) {
      int searched = bytes.position();
      int count = connection.read(bytes, left(end));
      for (int i = searched; i < bytes.position(); i++) {
        if (bytes.get(i) == '\n') {
          return Arrays.copyOf(bytes.array(), i);
        }
      }
      if (count < 0) {
        return Arrays.copyOf(bytes.array(), bytes.position());
      }
      if (System.nanoTime() - end >= 0) {
        throw new RequestException("no request came within " + patience.toSeconds() + " s");
      }
      if (bytes.position() > most) {
        throw new RequestException("a request has " + most + " bytes at most");
      }
      if (!bytes.hasRemaining()) {
        bytes = ByteBuffer.allocate(4 * bytes.capacity()).put(bytes.flip());
      }
    }
  }

  /** Sends one line. */
  void send(byte[] line, Duration patience) throws KernelException {
    send(List.of(line).iterator(), patience);
  }

  /** Sends lines, or as many of them as the other end takes within the time. */
  void send(Iterator<byte[]> lines, Duration patience) throws KernelException {
    long end = System.nanoTime() + patience.toNanos();
    ByteBuffer buffer = ByteBuffer.allocateDirect(ROOM);
    while (lines.hasNext()) {
      byte[] line = lines.next();
      for (int at = 0; at < line.length; ) {
        int part = Math.min(ROOM, line.length - at);
        if (!sendAll(buffer.clear().put(line, at, part).flip(), end)) {
          return;
        }
        at += part;
      }
    }
  }

  private boolean sendAll(ByteBuffer part, long end) throws KernelException {
    while (part.hasRemaining()) {
      if (System.nanoTime() - end >= 0 || connection.write(part, left(end)) < 0) {
        return false;
      }
    }
    return true;
  }

  private static Duration left(long end) {
    return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
  }
}
