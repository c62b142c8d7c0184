// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Unix sockets of the real kernel. */
class UnixListenerTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  @TempDir private static Path folder;

  @Test
  void thePeerIsWhoTheKernelSays() throws Exception {
    Path path = folder.resolve("peer");
    try (UnixListener listener = listening(path);
        SocketChannel client = connect(path);
        UnixConnection connection = accepted(listener)) {
      assertThat(client.isConnected()).isTrue();
      UnixPeer peer = connection.peer();
      assertThat(peer.pid()).isEqualTo((int) ProcessHandle.current().pid());
      assertThat(peer.uid()).isEqualTo(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
      assertThat(peer.groups()).isEqualTo(ownGroups());
    }
  }

  @Test
  void bytesGoBothWays() throws Exception {
    Path path = folder.resolve("both");
    try (UnixListener listener = listening(path);
        SocketChannel client = connect(path);
        UnixConnection connection = accepted(listener)) {
      client.write(ByteBuffer.wrap("question".getBytes(StandardCharsets.US_ASCII)));
      ByteBuffer read = ByteBuffer.allocate(100);
      assertThat(connection.read(read, SOON)).isEqualTo(8);
      assertThat(connection.write(direct("answer"), SOON)).isEqualTo(6);
      ByteBuffer answer = ByteBuffer.allocate(100);
      assertThat(client.read(answer)).isEqualTo(6);
      client.shutdownOutput();
      assertThat(connection.read(read, SOON)).isEqualTo(-1);
    }
  }

  @Test
  void nothingIsWaitedForLongerThanSaid() throws Exception {
    Path path = folder.resolve("wait");
    try (UnixListener listener = listening(path)) {
      assertThat(listener.accept(Duration.ofMillis(1))).isNull();
      try (SocketChannel client = connect(path);
          UnixConnection connection = accepted(listener)) {
        assertThat(client.isConnected()).isTrue();
        assertThat(connection.read(ByteBuffer.allocate(1), Duration.ofMillis(1))).isZero();
        ByteBuffer much = ByteBuffer.allocateDirect(4 << 20);
        int written = 0;
        for (int i = 0; i < 100 && written >= 0; i++) {
          int now = connection.write(much, Duration.ofMillis(1));
          if (now == 0) {
            break;
          }
          written += now;
        }
        assertThat(written).isPositive().isLessThan(4 << 20);
        assertThat(connection.write(much, Duration.ofMillis(1))).isZero();
        connection.shutDown();
        assertThat(connection.write(much, SOON)).isEqualTo(-1);
      }
    }
  }

  @Test
  void aFileThatIsThereIsNotTaken() throws Exception {
    Path path = Files.writeString(folder.resolve("file"), "something");
    assertThatThrownBy(() -> UnixListener.bind(path))
        .hasMessage(
            "could not make the socket " + path + " because the kernel answered EADDRINUSE");
    assertThat(Files.readString(path)).isEqualTo("something");
  }

  @Test
  void aPathThatIsTooLongIsNamed() {
    Path path = folder.resolve("x".repeat(120));
    assertThatThrownBy(() -> UnixListener.bind(path)).hasMessageContaining("107 bytes at most");
  }

  private static UnixListener listening(Path path) throws KernelException {
    UnixListener listener = UnixListener.bind(path);
    listener.listen();
    return listener;
  }

  private static UnixConnection accepted(UnixListener listener) throws KernelException {
    return Objects.requireNonNull(listener.accept(SOON));
  }

  private static SocketChannel connect(Path path) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(path));
    return channel;
  }

  private static ByteBuffer direct(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  private static Set<Integer> ownGroups() throws IOException {
    Set<Integer> groups = new HashSet<>();
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("Gid:")) {
        groups.add(Integer.valueOf(line.split("\\s+", -1)[2]));
      } else if (line.startsWith("Groups:") && !line.substring(7).isBlank()) {
        for (String group : line.substring(7).strip().split("\\s+", -1)) {
          groups.add(Integer.valueOf(group));
        }
      }
    }
    return groups;
  }
}
