// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferrule.lab.Addresses;
import dev.ferrule.lab.LabPod;
import dev.ferrule.lab.NamespaceThread;
import dev.ferrule.lab.NetNamespace;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TCP connections that are open while their endpoint goes. */
@Tag("kernel")
class TcpResetTest {

  private static final String ADDRESS = "10.96.3.1";
  private static final String ADDRESS6 = "fd00:10:96::31";
  private static final int NODE_PORT = 30080;
  private static final int MILLIS = 2000;
  private static final String FIRST_HALF = "GET / HTTP/1.0\r\n";
  private static final String SECOND_HALF = "\r\n";

  @TempDir private static Path work;

  private static Cluster cluster;
  private static LabPod client;
  private static LabPod one;
  private static LabPod two;
  private final List<Socket> open = new ArrayList<>();

  @BeforeAll
  static void create() {
    cluster = new Cluster(work);
    client = cluster.pod("client");
    one = cluster.pod("one");
    two = cluster.pod("two");
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  @BeforeEach
  void put() {
    cluster.put(
        "web.yaml",
        Texts.service(
                "web",
                List.of(ADDRESS, ADDRESS6),
                "type: NodePort",
                "ipFamilyPolicy: RequireDualStack")
            .replace("name: tcp, port: 80,", "name: tcp, port: 80, nodePort: " + NODE_PORT + ","));
    cluster.put("slices.yaml", Texts.slices("web", List.of(one)));
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket socket : open) {
      socket.close();
    }
    open.clear();
    cluster.ferrule("cleanup");
    cluster.host().exec("conntrack", "-F");
  }

  @Test
  void whenTheEndpointIsReplacedTheNextPacketIsAnsweredWithAReset() throws Exception {
    try (Daemon daemon = cluster.daemon("--reset-tcp").awaitInStep()) {
      connectFromEverywhere();
      cluster.put("slices.yaml", Texts.slices("web", List.of(two)));
      awaitRemoved(daemon);
      assertAllAreReset();
    }
  }

  @Test
  void whenTheLastEndpointGoesTheNextPacketIsAnsweredWithAReset() throws Exception {
    try (Daemon daemon = cluster.daemon("--reset-tcp").awaitInStep()) {
      connectFromEverywhere();
      cluster.put("slices.yaml", Texts.slices("web", List.of()));
      awaitRemoved(daemon);
      assertAllAreReset();
    }
  }

  @Test
  void anEndpointThatIsStillListedKeepsItsConnections() throws Exception {
    try (Daemon daemon = cluster.daemon("--reset-tcp").awaitInStep()) {
      connectFromEverywhere();
      String ending = "conditions: {ready: false, serving: false, terminating: true}, nodeName";
      cluster.put(
          "slices.yaml",
          Texts.slices("web", List.of(one)).replace("nodeName", ending)
              + "---\n"
              + Texts.slice("web", "IPv4", List.of(two.ipv4()))
                  .replace("name: web-ipv4", "name: web-more"));
      cluster.awaitInStep();
      Wait.pause(Duration.ofMillis(500));
      for (Socket socket : open) {
        assertThat(finish(socket)).contains("server=one");
      }
      assertThat(daemon.errors()).doesNotContain("stale");
    }
  }

  @Test
  void unlessTheyAreWantedThereAreNoResets() throws Exception {
    try (Daemon daemon = cluster.daemon().awaitInStep()) {
      connectFromEverywhere();
      cluster.put("slices.yaml", Texts.slices("web", List.of(two)));
      cluster.awaitInStep();
      Wait.pause(Duration.ofMillis(500));
      for (Socket socket : open) {
        assertThat(finish(socket)).contains("server=one");
      }
      assertThat(daemon.errors()).doesNotContain("stale");
    }
  }

  private void connectFromEverywhere() throws Exception {
    connect(client.namespace(), ADDRESS, 80);
    connect(client.namespace(), ADDRESS6, 80);
    connect(cluster.host(), ADDRESS, 80);
    connect(cluster.outside(), cluster.node().ipv4(), NODE_PORT);
    connect(cluster.outside(), cluster.node().ipv6(), NODE_PORT);
  }

  private void connect(NetNamespace from, String address, int port) throws Exception {
    Socket socket =
        NamespaceThread.once(
            from,
            () -> {
              Socket made = new Socket();
              made.connect(new InetSocketAddress(Addresses.parse(address), port), MILLIS);
              return made;
            });
    open.add(socket);
    socket.setSoTimeout(MILLIS);
    socket.getOutputStream().write(FIRST_HALF.getBytes(StandardCharsets.US_ASCII));
  }

  private void awaitRemoved(Daemon daemon) {
    daemon.awaitError(open.size() + " of default/web:tcp/tcp");
  }

  private void assertAllAreReset() {
    for (Socket socket : open) {
      assertThatThrownBy(() -> finish(socket))
          .as(socket.toString())
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
    }
  }

  private static String finish(Socket socket) throws IOException {
    socket.getOutputStream().write(SECOND_HALF.getBytes(StandardCharsets.US_ASCII));
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
  }
}
