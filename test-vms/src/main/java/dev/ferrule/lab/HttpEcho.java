// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One HTTP/1.0 conversation: any request, one answer, closed. */
final class HttpEcho implements EchoServers.Ready {
  private static final int MAX_REQUEST = 8192;

  private final String name;
  private final ByteBuffer request = ByteBuffer.allocate(MAX_REQUEST);
  private @Nullable ByteBuffer response;

  private HttpEcho(String name) {
    this.name = name;
  }

  /** The listening side. */
  record Accept(String name) implements EchoServers.Ready {
    @Override
    public void on(SelectionKey key) throws IOException {
      SocketChannel caller = ((ServerSocketChannel) key.channel()).accept();
      if (caller != null) {
        caller.configureBlocking(false);
        caller.register(key.selector(), SelectionKey.OP_READ, new HttpEcho(name));
      }
    }
  }

  @Override
  public void on(SelectionKey key) throws IOException {
    SocketChannel caller = (SocketChannel) key.channel();
    ByteBuffer out = response;
    if (out == null) {
      if (caller.read(request) < 0 || !request.hasRemaining()) {
        caller.close();
        return;
      }
      // Answering before the whole request is read would end the connection with a reset.
      if (!complete()) {
        return;
      }
      out = answer(caller);
      response = out;
    }
    caller.write(out);
    if (out.hasRemaining()) {
      key.interestOps(SelectionKey.OP_WRITE);
    } else {
      caller.close();
    }
  }

  private boolean complete() {
    String text = new String(request.array(), 0, request.position(), StandardCharsets.US_ASCII);
    return text.contains("\r\n\r\n") || text.contains("\n\n");
  }

  private ByteBuffer answer(SocketChannel caller) throws IOException {
    String body =
        Answer.of(
                name,
                (InetSocketAddress) caller.getLocalAddress(),
                (InetSocketAddress) caller.getRemoteAddress())
            .body();
    String head =
        "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n"
            .formatted(body.length());
    return ByteBuffer.wrap((head + body).getBytes(StandardCharsets.US_ASCII));
  }
}
