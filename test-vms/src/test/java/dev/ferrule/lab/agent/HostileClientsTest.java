// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.Caller;
import dev.ferrule.lab.LabPod;
import dev.ferrule.lab.NamespaceThread;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever clients do to the HTTP ports, rules follow the source and others get their answers. */
@Tag("kernel")
class HostileClientsTest {

  private static final int HEALTHZ = 10256;
  private static final int METRICS = 10249;
  private static final int CHECK = 32010;
  private static final int CONNECTIONS = 1000;
  private static final int CHANGES = 10;

  /** What an agent's three groups of ports take at most, see HttpLimits. */
  private static final int MOST_DESCRIPTORS = 3 * 256;

  private static final Duration PATIENCE = Duration.ofSeconds(4);

  @TempDir private static Path work;

  private static Cluster cluster;
  private static Daemon daemon;
  private static Caller caller;
  private static final List<LabPod> PODS = new ArrayList<>();
  private static ProcessUse before;

  private enum Attack {
    SILENCE(""),
    HALF_A_REQUEST("GET /metrics HTTP/1.1\r\nHost: x"),
    GARBAGE(""),
    HUGE_HEADERS("GET / HTTP/1.1\r\n" + ("X-" + "y".repeat(200) + ": z\r\n").repeat(300)),
    ENDLESS_BODY(
        "POST /healthz HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
            + ("1000\r\n" + "z".repeat(4096) + "\r\n").repeat(20)),
    SLOW_READER("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n".repeat(50));

    private final String text;

    Attack(String text) {
      this.text = text;
    }

    ByteBuffer bytes(Random random) {
      if (this == GARBAGE) {
        byte[] bytes = new byte[3000];
        random.nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
      }
      return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
  }

  @BeforeAll
  static void create() {
    cluster = new Cluster(work);
    caller = Caller.in(cluster.host(), PATIENCE);
    for (int i = 1; i <= 2; i++) {
      PODS.add(cluster.pod("web-" + i));
    }
    cluster.put("web.yaml", Texts.service("web", "10.96.1.1"));
    cluster.put("web-slices.yaml", Texts.slices("web", PODS));
    cluster.put(
        "checked.yaml",
        Texts.service(
            "checked",
            "10.96.1.2",
            "type: LoadBalancer",
            "externalTrafficPolicy: Local",
            "healthCheckNodePort: " + CHECK));
    cluster.put("checked-slices.yaml", Texts.slices("checked", PODS));
    daemon = cluster.daemon().awaitInStep();
    assertThat(healthz(HEALTHZ, "/healthz") + healthz(METRICS, "/metrics")).isPositive();
    assertThat(healthz(CHECK, "/")).isPositive();
    before = ProcessUse.of(daemon.pid());
  }

  @AfterAll
  static void close() {
    caller.close();
    cluster.close();
  }

  @Test
  void onlyWhatWasAskedForListens() {
    List<String> listening =
        cluster
            .host()
            .exec("ss", "-Hlntuw")
            .output()
            .lines()
            .map(line -> line.split("\\s+", -1))
            .map(words -> words[0] + " " + words[4])
            .sorted()
            .toList();
    assertThat(listening)
        .containsExactly("tcp *:" + HEALTHZ, "tcp *:" + CHECK, "tcp [::ffff:127.0.0.1]:" + METRICS);
  }

  @ParameterizedTest
  @EnumSource
  void rulesAreInTimeAndOthersAreAnswered(Attack attack) throws Exception {
    List<SocketChannel> held =
        NamespaceThread.once(cluster.host(), () -> connect(attack, CONNECTIONS));
    try {
      double slowestChange = 0;
      double slowestAnswer = 0;
      int most = 0;
      for (int i = 0; i < CHANGES; i++) {
        slowestChange = Math.max(slowestChange, change(i));
        for (int port : List.of(HEALTHZ, METRICS, CHECK)) {
          slowestAnswer = Math.max(slowestAnswer, healthz(port, "/healthz"));
        }
        most = Math.max(most, ProcessUse.of(daemon.pid()).descriptors());
      }
      System.out.printf(
          Locale.ROOT,
          "%d connections, %s: slowest change %.3f s, slowest answer %.3f s, file descriptors %d"
              + " (before %d)%n",
          held.size(),
          attack,
          slowestChange,
          slowestAnswer,
          most,
          before.descriptors());
      assertThat(most).isLessThan(before.descriptors() + MOST_DESCRIPTORS + 20);
    } finally {
      for (SocketChannel channel : held) {
        channel.close();
      }
    }
    Wait.until(
        Duration.ofSeconds(45), () -> ProcessUse.of(daemon.pid()).threads() <= before.threads());
    ProcessUse after = ProcessUse.of(daemon.pid());
    assertThat(after.descriptors()).isLessThanOrEqualTo(before.descriptors() + 2);
    assertThat(after.threads()).isLessThanOrEqualTo(before.threads());
  }

  /** Makes connections and sends as much as the kernel takes; none of the answers is read. */
  private static List<SocketChannel> connect(Attack attack, int count) throws IOException {
    Random random = new Random(4);
    List<SocketChannel> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int port = List.of(HEALTHZ, METRICS, CHECK).get(i % 3);
      SocketChannel channel =
          SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      channel.configureBlocking(false);
      all.add(channel);
      try {
        channel.write(attack.bytes(random));
      } catch (IOException e) {
        assertThat(e.getMessage()).containsAnyOf("reset", "Broken pipe"); // it was closed already
      }
    }
    return all;
  }

  /** Seconds until the kernel has it. */
  private static double change(int number) {
    int generation = cluster.generation();
    long start = System.nanoTime();
    cluster.put("web-slices.yaml", Texts.slices("web", PODS.subList(0, 1 + number % 2)));
    assertThat(Wait.until(PATIENCE, () -> cluster.generation() != generation)).isTrue();
    return (System.nanoTime() - start) / 1e9;
  }

  /** Seconds until the answer, which must be that all is well. */
  private static double healthz(int port, String path) {
    long start = System.nanoTime();
    try {
      assertThat(caller.page("127.0.0.1", port, path).status()).isEqualTo(200);
    } catch (IOException e) {
      throw new AssertionError("no answer on port " + port, e);
    }
    return (System.nanoTime() - start) / 1e9;
  }
}
