// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.e2e;

import static dev.ferrule.lab.e2e.TwoNodes.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.LabPod;
import dev.ferrule.lab.NamespaceThread;
import dev.ferrule.lab.NetNamespace;
import dev.ferrule.lab.PacketSocket;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What connection tracking remembers must not come between a client and its server. */
@Tag("kernel")
@DisplayName("[sig-network] Conntrack")
class ConntrackTest {
  @TempDir private static Path work;

  private static TwoNodes nodes;

  @BeforeAll
  static void create() {
    nodes = new TwoNodes(work);
  }

  @AfterAll
  static void close() {
    nodes.close();
  }

  @Test
  @DisplayName("should drop INVALID conntrack entries")
  void aStrayPacketDoesNotResetTheConnection() throws Exception {
    LabPod server = nodes.pod("boom-server", "boom", 2);
    LabPod client = nodes.pod("startup-script", "client", 1);
    nodes.service("boom", "clusterIP: 10.96.7.1, ports: [{port: 80, targetPort: 8080}]");
    nodes.reaches(client.namespace(), Target.tcp("10.96.7.1", 80), "boom-server");
    try (PacketSocket wire = PacketSocket.local(server.namespace());
        Socket socket = connect(client.namespace(), "10.96.7.1", 80)) {
      byte[] stray = stray(wire, socket.getLocalPort());
      for (int i = 0; i < 5; i++) {
        assertThat(wire.send(List.of(stray))).isEmpty();
        TwoNodes.pause(Duration.ofMillis(50));
      }
      // A reset of the client's would have reached the server by now, and its answer would be one.
      socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      socket.setSoTimeout(5000);
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .contains("server=boom-server");
    }
  }

  @ParameterizedTest(
      name = "should be able to preserve UDP traffic when server pod cycles for a {0} service")
  @ValueSource(
      strings = {"NodePort", "ClusterIP", "ClusterIP with InternalTrafficPolicy set to Local"})
  void aClientThatKeepsItsPortFollowsThePod(String kind) throws Exception {
    boolean local = kind.endsWith("Local");
    int last = kind.equals("NodePort") ? 2 : local ? 3 : 4;
    String app = "udp-" + last;
    int serverNode = local ? 1 : 2;
    nodes.service(
        app,
        udp(
            last,
            kind.equals("NodePort")
                ? "type: NodePort"
                : local ? "internalTrafficPolicy: Local" : "type: ClusterIP"));
    nodes.pod(app + "-1", app, serverNode);
    Target target =
        kind.equals("NodePort")
            ? Target.udp(nodes.node(serverNode).ipv4(), 30000 + last)
            : Target.udp("10.96.7." + last, 80);
    try (DatagramSocket socket = keep(nodes.host(1), target)) {
      eventually(app + "-1", () -> ask(socket));
      nodes.kubelet().remove(app + "-1");
      nodes.pod(app + "-2", app, serverNode);
      eventually(app + "-2", () -> ask(socket));
    }
  }

  @ParameterizedTest(
      name =
          "LoadBalancers should be able to preserve UDP traffic when server pod cycles on {0} nodes")
  @ValueSource(strings = {"different", "the same"})
  void aClientOfALoadBalancerFollowsThePod(String where) throws Exception {
    int last = where.equals("different") ? 5 : 6;
    String app = "udp-" + last;
    String address = "198.51.100." + last;
    nodes.route(address, 1);
    nodes.service(app, udp(last, "type: LoadBalancer"), address);
    nodes.pod(app + "-1", app, 2);
    try (DatagramSocket socket = keep(nodes.outside(), Target.udp(address, 80))) {
      eventually(app + "-1", () -> ask(socket));
      nodes.kubelet().remove(app + "-1");
      nodes.pod(app + "-2", app, where.equals("different") ? 1 : 2);
      eventually(app + "-2", () -> ask(socket));
    }
  }

  @Test
  @DisplayName("should be able to preserve UDP traffic when initial unready endpoints get ready")
  void aClientThatAskedTooEarlyIsServedOnceAPodIsReady() throws Exception {
    nodes.pod("early-1", "early", 1);
    nodes.kubelet().setReady("early-1", false);
    try (DatagramSocket socket = keep(nodes.host(1), Target.udp(nodes.node(1).ipv4(), 30007))) {
      ask(socket);
      nodes.service("early", udp(7, "type: NodePort"));
      for (int i = 0; i < 10; i++) {
        ask(socket);
      }
      nodes.kubelet().setReady("early-1", true);
      eventually("early-1", () -> ask(socket));
    }
  }

  private static String udp(int last, String more) {
    String nodePort = more.contains("NodePort") ? ", nodePort: " + (30000 + last) : "";
    return "clusterIP: 10.96.7.%d, %s, ports: [{port: 80, targetPort: 8080, protocol: UDP%s}]"
        .formatted(last, more, nodePort);
  }

  /** One socket for the whole time, so that its flow keeps its entry. */
  private static DatagramSocket keep(NetNamespace from, Target target) throws Exception {
    return NamespaceThread.once(
        from,
        () -> {
          DatagramSocket socket = new DatagramSocket();
          socket.setSoTimeout(200);
          socket.connect(new InetSocketAddress(target.address(), target.port()));
          return socket;
        });
  }

  /** The server that answers; whatever else happens is no answer. */
  private static String ask(DatagramSocket socket) {
    try {
      socket.send(new DatagramPacket(new byte[] {'?'}, 1));
      DatagramPacket answer = new DatagramPacket(new byte[2048], 2048);
      socket.receive(answer);
      String text = new String(answer.getData(), 0, answer.getLength(), StandardCharsets.US_ASCII);
      return text.lines().findFirst().orElse("").replace("server=", "");
    } catch (IOException e) {
      return TwoNodes.NO_ANSWER;
    }
  }

  private static Socket connect(NetNamespace from, String address, int port) throws Exception {
    return NamespaceThread.once(
        from,
        () -> {
          Socket socket = new Socket();
          socket.connect(new InetSocketAddress(address, port), 2000);
          return socket;
        });
  }

  private static byte[] stray(PacketSocket wire, int clientPort) throws IOException {
    List<byte[]> heard = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      heard.addAll(wire.hear(Duration.ofMillis(50)));
      Optional<byte[]> made = StraySegment.answering(heard, clientPort, TwoNodes.POD_PORT);
      if (made.isPresent()) {
        return made.orElseThrow();
      }
    }
    throw new IOException("heard no segment of the client in " + heard.size() + " packets");
  }
}
