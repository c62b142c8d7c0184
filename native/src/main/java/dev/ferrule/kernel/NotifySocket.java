// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jnr.unixsocket.UnixDatagramChannel;
import jnr.unixsocket.UnixSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where the service manager that started this process hears how it fares: the datagram socket of
 * sd_notify(3), which the JDK has no channel for. Safe for several threads; no call ever waits.
 */
public final class NotifySocket implements AutoCloseable {

  /** Names the socket: a path, or an abstract name with {@code @} in place of its zero byte. */
  public static final String VARIABLE = "NOTIFY_SOCKET";

  private final UnixSocketAddress address;

  // Guarded by this object.
  private @Nullable UnixDatagramChannel channel;
  private boolean closed;

  private NotifySocket(UnixSocketAddress address) {
    this.address = address;
  }

  /**
   * The socket that the environment names; nothing is opened yet.
   *
   * @return empty if nobody listens, or not in a way that sd_notify(3) knows of
   */
  public static Optional<NotifySocket> of(Map<String, String> environment) {
    String name = environment.getOrDefault(VARIABLE, "");
    if (name.length() < 2 || (name.charAt(0) != '/' && name.charAt(0) != '@')) {
      return Optional.empty();
    }
    String path = name.charAt(0) == '@' ? "\0" + name.substring(1) : name;
    return Optional.of(new NotifySocket(new UnixSocketAddress(path)));
  }

  /**
   * Sends all assignments, like {@code READY=1}, in one message.
   *
   * @throws IOException if nobody listens any more, or the listener is behind and has no room now
   */
  public synchronized void send(List<String> assignments) throws IOException {
    if (closed) {
      throw new IOException("closed");
    }
    byte[] message = String.join("\n", assignments).getBytes(StandardCharsets.UTF_8);
    opened().send(ByteBuffer.wrap(message), address);
  }

  private UnixDatagramChannel opened() throws IOException {
    if (channel == null) {
      channel = UnixDatagramChannel.open();
      // A service manager that is stuck must not make us stuck.
      channel.configureBlocking(false);
    }
    return channel;
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    if (channel != null) {
      channel.close();
    }
  }
}
