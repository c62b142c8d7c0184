// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferrule.agent.log.Log;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpServersTest {

  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private static final HttpLimits LIMITS =
      new HttpLimits(
          8,
          4 << 20,
          Duration.ofMillis(700),
          Duration.ofMillis(900),
          Duration.ofMillis(900),
          Duration.ofMillis(500));

  private final List<String> log = new CopyOnWriteArrayList<>();
  private final HttpServers servers =
      new HttpServers("test", Log.of(log::add), Duration.ofMillis(20), LIMITS);

  @AfterEach
  void close() {
    servers.close();
  }

  @Test
  void anAddressThatIsTakenIsToldOnceAndOpenedWhenItIsFree() throws Exception {
    Site site;
    try (ServerSocket taken = new ServerSocket(0, 1, LOOPBACK)) {
      site = site(taken.getLocalPort());
      servers.keepOpen(site);
      servers.keepOpen(site);
      Thread.sleep(100); // some more tries
      assertThat(log)
          .containsExactly(
              "could not listen on 127.0.0.1:%d for the test: Address already in use; it is tried"
                      .formatted(taken.getLocalPort())
                  + " again every 0 s: look elsewhere");
    }
    await(() -> log.size() > 1);
    assertThat(log.get(1))
        .isEqualTo("now listening on 127.0.0.1:" + site.address().getPort() + " for the test");
    assertThat(request(site.address(), "GET / HTTP/1.0\r\n\r\n")).endsWith("\r\n\r\nhello /");
  }

  @Test
  void openSaysWhatIsInTheWayAndWhatToDo() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, LOOPBACK)) {
      assertThatThrownBy(() -> servers.open(site(taken.getLocalPort())))
          .isInstanceOf(ListenException.class)
          .hasMessage(
              "could not listen on 127.0.0.1:%d for the test: Address already in use; look elsewhere"
                  .formatted(taken.getLocalPort()));
    }
  }

  @Test
  void whatIsNotRetainedIsNotWaitedForEither() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, LOOPBACK)) {
      servers.keepOpen(site(taken.getLocalPort()));
      servers.retain(Set.of());
    }
    Thread.sleep(100);
    assertThat(log).hasSize(1);
  }

  @Test
  void triesInVainLoseNoFileDescriptors() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, LOOPBACK)) {
      Site site = site(taken.getLocalPort());
      assertThatThrownBy(() -> servers.open(site)).isInstanceOf(ListenException.class);
      long before = descriptors();
      for (int i = 0; i < 50; i++) {
        assertThatThrownBy(() -> servers.open(site)).isInstanceOf(ListenException.class);
      }
      assertThat(descriptors()).isLessThan(before + 40);
    }
  }

  private static Site site(int port) {
    return new Site(
        "the test",
        "look elsewhere",
        new InetSocketAddress(LOOPBACK, port),
        request -> Answer.text(Answer.OK, "hello " + request.path()));
  }

  private static String request(InetSocketAddress at, String text) throws IOException {
    try (Socket socket = new Socket(at.getAddress(), at.getPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.count();
    }
  }

  private interface Condition {
    boolean holds();
  }

  private static void await(Condition condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.holds() && System.nanoTime() < end) {
      Thread.sleep(5);
    }
    assertThat(condition.holds()).isTrue();
  }
}
