// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.agent.log.Log;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients of all kinds, over the loopback interface. */
class HttpClientsTest {

  private static final HttpLimits LIMITS =
      new HttpLimits(
          8,
          4 << 20,
          Duration.ofMillis(700),
          Duration.ofMillis(900),
          Duration.ofMillis(900),
          Duration.ofMillis(500));

  /** More than the kernel buffers of a connection that is not read. */
  private static final String LARGE = "x".repeat(12 << 20);

  private static final String GET = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

  private final List<String> log = new CopyOnWriteArrayList<>();
  private final List<Socket> held = new ArrayList<>();
  private final HttpServers servers =
      new HttpServers("test", Log.of(log::add), Duration.ofMillis(20), LIMITS);
  private InetSocketAddress at = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  @BeforeEach
  void open() throws Exception {
    try (ServerSocket free = new ServerSocket(0, 1, at.getAddress())) {
      at = new InetSocketAddress(at.getAddress(), free.getLocalPort());
    }
    servers.open(new Site("the test", "look elsewhere", at, HttpClientsTest::page));
  }

  private static Answer page(Request request) {
    return switch (request.path()) {
      case "/large" -> Answer.text(Answer.OK, LARGE);
      case "/broken" -> throw new IllegalStateException("as asked for");
      default ->
          Answer.text(
              Answer.OK, request.method() + " " + request.path() + " " + request.query() + "\n");
    };
  }

  @AfterEach
  void close() throws Exception {
    servers.close();
    for (Socket socket : held) {
      socket.close();
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(at.getAddress(), at.getPort());
    socket.setSoTimeout(20_000);
    held.add(socket);
    return socket;
  }

  private static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String all(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  private String ask(String text) throws IOException {
    Socket socket = connect();
    say(socket, text);
    return all(socket);
  }

  private static boolean ended(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketException e) {
      return true; // by a reset
    }
  }

  @Test
  void severalRequestsAreAnsweredOnOneConnectionAlsoWithoutWaiting() throws Exception {
    Socket socket = connect();
    say(
        socket,
        GET + "HEAD /b HTTP/1.1\r\n\r\n" + "GET /c?d HTTP/1.1\r\nConnection: close\r\n\r\n");
    String answers = all(socket);
    assertThat(answers.split("HTTP/1.1 200 OK\r\n", -1)).hasSize(4);
    assertThat(answers).contains("\r\n\r\nGET /a \n").doesNotContain("HEAD /b");
    assertThat(answers).endsWith("Connection: close\r\n\r\nGET /c d\n");
  }

  @Test
  void aRequestMayComeByteByByte() throws Exception {
    Socket socket = connect();
    for (char letter : GET.replace("1.1", "1.0").toCharArray()) {
      say(socket, String.valueOf(letter));
    }
    assertThat(all(socket)).endsWith("\r\n\r\nGET /a \n");
  }

  @Test
  void theAnswerIsReadAlsoByOneWhoSendsABody() throws Exception {
    String body = "z".repeat(100_000);
    assertThat(ask("POST /a HTTP/1.1\r\nContent-Length: 100000\r\n\r\n" + body))
        .endsWith("\r\n\r\nPOST /a \n");
  }

  @Test
  void garbageIsToldSo() throws Exception {
    assertThat(ask("\u0016\u0003\u0001\r\n\r\n")).startsWith("HTTP/1.1 400 Bad Request\r\n");
    assertThat(ask("GET / HTTP/1.1\r\nx: " + "y".repeat(9000))).startsWith("HTTP/1.1 431 ");
  }

  @Test
  void aPageThatFailsIsLogged() throws Exception {
    assertThat(ask("GET /broken HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 500 ");
    assertThat(log)
        .containsExactly(
            "could not answer /broken of the test: java.lang.IllegalStateException: as asked for");
  }

  @Test
  void thoseWhoHoldTheirConnectionsKeepNobodyOut() throws Exception {
    List<Socket> holding = new ArrayList<>();
    for (int i = 0; i < 5 * LIMITS.connections(); i++) {
      Socket socket = connect();
      say(socket, "GET / HT");
      holding.add(socket);
    }
    assertThat(ask(GET.replace("1.1", "1.0"))).endsWith("GET /a \n");
    for (Socket socket : holding) {
      assertThat(ended(socket)).isTrue();
    }
  }

  @Test
  void oneWhoSendsNothingMoreIsNotWaitedForLong() throws Exception {
    Socket silent = connect();
    Socket idle = connect();
    say(idle, GET);
    InputStream in = idle.getInputStream();
    byte[] answer = in.readNBytes(5);
    assertThat(answer).isEqualTo("HTTP/".getBytes(StandardCharsets.US_ASCII));
    assertThat(ended(silent)).isTrue();
    assertThat(in.readAllBytes()).isNotEmpty(); // the rest of the answer, then the end
  }

  @Test
  void slowReadersAreEndedAndTheirAnswersNotKept() throws Exception {
    List<Socket> readers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Socket socket = connect();
      say(socket, "GET /large HTTP/1.1\r\n\r\n");
      readers.add(socket);
    }
    assertThat(ask(GET.replace("1.1", "1.0"))).endsWith("GET /a \n");
    Thread.sleep(LIMITS.answer().toMillis() + 1000);
    for (Socket socket : readers) {
      int read = 0;
      try {
        read = socket.getInputStream().readAllBytes().length;
      } catch (SocketException e) {
        assertThat(e).hasMessageContaining("reset");
      }
      assertThat(read).isLessThan(LARGE.length());
    }
  }

  @Test
  void aLargeAnswerIsReadWhole() throws Exception {
    assertThat(ask("GET /large HTTP/1.0\r\n\r\n")).hasSizeGreaterThan(LARGE.length());
  }

  @Test
  void anAddressThatIsNotRetainedIsFreeAtOnceAndItsClientsAreGone() throws Exception {
    Socket client = connect();
    say(client, GET);
    assertThat(client.getInputStream().readNBytes(4)).hasSize(4);
    servers.retain(Set.of());
    try (ServerSocket next = new ServerSocket()) {
      next.bind(at);
      assertThat(client.getInputStream().readAllBytes()).isNotEmpty();
    }
    servers.open(new Site("the test", "look elsewhere", at, HttpClientsTest::page));
    assertThat(ask(GET.replace("1.1", "1.0"))).endsWith("GET /a \n");
  }
}
