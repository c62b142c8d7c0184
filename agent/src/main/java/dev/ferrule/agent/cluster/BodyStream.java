// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import io.fabric8.kubernetes.client.http.AsyncBody;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer, to be read as it arrives: only what was sent and not read yet is in
 * memory. A read that waits too long for the next byte fails.
 */
final class BodyStream extends InputStream {

  /** Nothing arrived in time. */
  static final class SilenceException extends IOException {
    private static final long serialVersionUID = 1;

    SilenceException(Duration silence) {
      super("nothing was heard for " + text(silence));
    }
  }

  static String text(Duration duration) {
    long millis = duration.toMillis();
    return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
  }

  private final Duration silence;

  // Guarded by this object.
  private final Queue<ByteBuffer> arrived = new ArrayDeque<>();
  private @Nullable AsyncBody body;
  private @Nullable Throwable failure;
  private boolean ended;
  private boolean asked;

  /**
   * @param silence the longest a read waits
   */
  BodyStream(Duration silence) {
    this.silence = silence;
  }

  /** What the HTTP client calls with what has arrived. */
  synchronized void arrived(List<ByteBuffer> buffers, AsyncBody from) {
    arrived.addAll(buffers);
    asked = false;
    notifyAll();
  }

  /** The answer has begun. */
  void begin(AsyncBody begun) {
    synchronized (this) {
      body = begun;
      notifyAll();
    }
    var unused = begun.done().whenComplete((nothing, thrown) -> end(thrown));
  }

  private synchronized void end(@Nullable Throwable thrown) {
    ended = true;
    failure = thrown;
    notifyAll();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    ByteBuffer next = length == 0 ? ByteBuffer.allocate(0) : next();
    if (next == null) {
      return -1;
    }
    int read = Math.min(length, next.remaining());
    next.get(bytes, offset, read);
    return read;
  }

  /** A buffer with something in it that stays ours until it is empty; null at the end. */
  private synchronized @Nullable ByteBuffer next() throws IOException {
    long deadline = System.nanoTime() + silence.toNanos();
    while (true) {
      while (!arrived.isEmpty() && !arrived.element().hasRemaining()) {
        arrived.remove();
      }
      if (!arrived.isEmpty()) {
        return arrived.element();
      }
      if (ended && failure != null) {
        throw new IOException("the connection broke: " + Reasons.of(failure), failure);
      }
      if (ended) {
        return null;
      }
      if (body != null && !asked) {
        asked = true;
        body.consume(); // may call arrived() before it returns
        continue;
      }
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        throw new SilenceException(silence);
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
  }

  @Override
  public void close() {
    AsyncBody open;
    synchronized (this) {
      open = body;
      arrived.clear();
    }
    if (open != null) {
      open.cancel();
    }
  }
}
