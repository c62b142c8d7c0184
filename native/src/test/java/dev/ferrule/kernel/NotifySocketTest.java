// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import jnr.unixsocket.UnixDatagramChannel;
import jnr.unixsocket.UnixSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Over real sockets; needs no privilege. */
@Timeout(60)
final class NotifySocketTest {

  @TempDir Path folder = Path.of("");

  @Test
  void assignmentsArriveAsLinesOfOneMessage() throws IOException {
    String path = folder.resolve("notify").toString();
    try (UnixDatagramChannel server = listen(path);
        NotifySocket socket = socket(path)) {
      socket.send(List.of("READY=1", "STATUS=2 Services – all well"));
      assertThat(received(server)).isEqualTo("READY=1\nSTATUS=2 Services – all well");
      socket.send(List.of("WATCHDOG=1"));
      assertThat(received(server)).isEqualTo("WATCHDOG=1");
    }
  }

  @Test
  void anAtStandsForTheZeroByteOfAnAbstractName() throws IOException {
    String name = "ferrule-test-" + ProcessHandle.current().pid();
    try (UnixDatagramChannel server = listen("\0" + name);
        NotifySocket socket = socket("@" + name)) {
      socket.send(List.of("READY=1"));
      assertThat(received(server)).isEqualTo("READY=1");
    }
  }

  @Test
  void withoutAListenerThereIsNoSocket() {
    assertThat(NotifySocket.of(Map.of())).isEmpty();
    assertThat(NotifySocket.of(Map.of(NotifySocket.VARIABLE, ""))).isEmpty();
    assertThat(NotifySocket.of(Map.of(NotifySocket.VARIABLE, "vsock:2:9999"))).isEmpty();
  }

  @Test
  void aListenerThatIsGoneIsAnError() throws IOException {
    try (NotifySocket socket = socket(folder.resolve("nobody").toString())) {
      assertThatThrownBy(() -> socket.send(List.of("READY=1"))).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aListenerThatDoesNotReadHoldsNobodyUp() throws IOException {
    String path = folder.resolve("notify").toString();
    try (UnixDatagramChannel server = listen(path);
        NotifySocket socket = socket(path)) {
      assertThatThrownBy(
              () -> {
                // net.unix.max_dgram_qlen is 10 unless set, and hardly ever more than some
                // hundreds.
                for (int i = 0; i < 100_000; i++) {
                  socket.send(List.of("WATCHDOG=1"));
                }
              })
          .isInstanceOf(IOException.class);
      assertThat(received(server)).isEqualTo("WATCHDOG=1");
      socket.send(List.of("READY=1"));
    }
  }

  private static NotifySocket socket(String name) {
    return NotifySocket.of(Map.of(NotifySocket.VARIABLE, name)).orElseThrow();
  }

  private static UnixDatagramChannel listen(String path) throws IOException {
    UnixDatagramChannel channel = UnixDatagramChannel.open();
    channel.bind(new UnixSocketAddress(path));
    return channel;
  }

  private static String received(UnixDatagramChannel server) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(4096);
    if (server.receive(buffer) == null) {
      throw new SocketTimeoutException("nothing was sent");
    }
    buffer.flip();
    return StandardCharsets.UTF_8.decode(buffer).toString();
  }
}
