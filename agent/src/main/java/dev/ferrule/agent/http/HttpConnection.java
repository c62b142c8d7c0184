// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A client's connection. Used by the thread of {@link HttpLoop} alone, which never waits. */
final class HttpConnection {

  private enum State {
    READING,
    ANSWERING,
    WRITING,
    LINGERING
  }

  private static final int FIRST_SIZE = 512;

  /** What is thrown away of a body that nobody wants, so that the answer before it is read. */
  private static final int LINGER_BYTES = 1 << 20;

  private final SocketChannel channel;
  private final SelectionKey key;
  private final Site site;
  private final HttpLimits limits;
  private final InetAddress client;
  private State state = State.READING;
  private byte[] input = new byte[FIRST_SIZE];
  private int size;
  private @Nullable ByteBuffer output;
  private boolean keep;
  private boolean head;
  private int lingered;

  /** When the client began what it is about, as System.nanoTime() has it. */
  private long since;

  private long deadline;

  HttpConnection(SocketChannel channel, SelectionKey key, Site site, HttpLimits limits, long now)
      throws IOException {
    this.channel = channel;
    this.key = key;
    this.site = site;
    this.limits = limits;
    if (!(channel.getRemoteAddress() instanceof InetSocketAddress from)) {
      throw new IOException("the client has no address");
    }
    this.client = from.getAddress();
    begin(State.READING, limits.request(), now);
  }

  private void begin(State next, Duration time, long now) {
    state = next;
    since = now;
    deadline = now + time.toNanos();
    key.interestOps(
        switch (next) {
          case READING, LINGERING -> SelectionKey.OP_READ;
          case WRITING -> SelectionKey.OP_WRITE;
          case ANSWERING -> 0;
        });
  }

  Site site() {
    return site;
  }

  long since() {
    return since;
  }

  /** Bytes of its answer that the client has not taken yet. */
  int unread() {
    return output == null ? 0 : output.capacity();
  }

  /** May be asked by any thread. */
  boolean isOpen() {
    return channel.isOpen();
  }

  /** An answer is our affair: the client may wait for it as long as it likes. */
  boolean isLate(long now) {
    return state != State.ANSWERING && now - deadline > 0;
  }

  /**
   * Goes on with what has come or can be sent.
   *
   * @return a request that is complete now; else null
   * @throws IOException if the connection is at its end
   */
  @Nullable Request proceed(ByteBuffer scratch, long now) throws IOException {
    switch (state) {
      case READING -> {
        scratch.clear();
        int count = channel.read(scratch);
        if (count < 0) {
          throw new IOException("closed by the client");
        }
        take(scratch.flip());
        return next(now);
      }
      case WRITING -> {
        return write(now);
      }
      case LINGERING -> {
        scratch.clear();
        int count = channel.read(scratch);
        lingered += Math.max(0, count);
        if (count < 0 || lingered > LINGER_BYTES) {
          throw new IOException("at its end");
        }
      }
      case ANSWERING -> {}
    }
    return null;
  }

  private void take(ByteBuffer from) {
    int wanted = size + from.remaining();
    if (wanted > input.length) {
      input = Arrays.copyOf(input, Math.max(wanted, 2 * input.length));
    }
    from.get(input, size, wanted - size);
    size = wanted;
  }

  private @Nullable Request next(long now) throws IOException {
    try {
      RequestHead request = RequestHead.read(input, size);
      if (request == null) {
        if (size > 0 && deadline - now > limits.request().toNanos()) {
          begin(State.READING, limits.request(), now); // it was idle until now
        }
        return null;
      }
      input = Arrays.copyOfRange(input, request.length(), Math.max(size, FIRST_SIZE));
      size -= request.length();
      keep = request.keep();
      head = request.method().equals("HEAD");
      begin(State.ANSWERING, Duration.ZERO, now);
      return new Request(request.method(), request.path(), request.query(), request.host(), client);
    } catch (RequestHead.BadRequestException e) {
      keep = false;
      head = false;
      answer(Answer.text(e.status(), e.getMessage() + "\n"), now);
      return null;
    }
  }

  /**
   * Sends the answer to the request.
   *
   * @return a further request, if the client sent it without waiting for this answer
   * @throws IOException if the connection is at its end
   */
  @Nullable Request answer(Answer answer, long now) throws IOException {
    output = AnswerBytes.of(answer, !head, keep);
    begin(State.WRITING, limits.answer(), now);
    return write(now);
  }

  private @Nullable Request write(long now) throws IOException {
    ByteBuffer rest = output;
    if (rest == null) {
      return null;
    }
    channel.write(rest);
    if (rest.hasRemaining()) {
      return null;
    }
    output = null;
    if (keep) {
      begin(State.READING, limits.idle(), now);
      return size == 0 ? null : next(now);
    }
    channel.shutdownOutput();
    input = new byte[0];
    begin(State.LINGERING, limits.linger(), now);
    return null;
  }

  void close() {
    key.cancel();
    try {
      channel.close();
    } catch (IOException e) {
      // It is gone, which is what was wanted.
      return;
    }
  }
}
