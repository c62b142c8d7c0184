// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.e2e;

import static dev.ferrule.lab.e2e.TwoNodes.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ferrule.lab.Caller;
import dev.ferrule.lab.Command;
import dev.ferrule.lab.LabPod;
import dev.ferrule.lab.NamespaceThread;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The proxy itself: what it sets on the node, and what it says of itself. */
@Tag("kernel")
@DisplayName("[sig-network] KubeProxy")
class KubeProxyTest {
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
  @DisplayName("should set TCP CLOSE_WAIT timeout")
  void aConnectionThatTheServerHasClosedIsRememberedForAnHour() throws Exception {
    // What belongs to the whole machine is left alone.
    Command.Result init =
        nodes.host(1).exec(Agent.launcher(), "init", "--conntrack-max-per-core=0");
    assertThat(init.exit()).as(init.said()).isZero();
    LabPod client = nodes.pod("client", "client", 1);
    nodes.pod("server-1", "server", 2);
    nodes.service("server", "clusterIP: 10.96.7.1, ports: [{port: 80, targetPort: 8080}]");
    nodes.reaches(client.namespace(), Target.tcp("10.96.7.1", 80), "server-1");
    try (Socket socket = connect(client)) {
      socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      // The server closes at the end of its answer; the client keeps its half open.
      assertThat(socket.getInputStream().readAllBytes()).isNotEmpty();
      String port = String.valueOf(socket.getLocalPort());
      eventually(true, () -> tracked(port).contains(" CLOSE_WAIT "));
      int seconds = Integer.parseInt(tracked(port).replaceAll("(?s)tcp +6 (\\d+) .*", "$1"));
      assertThat(seconds).isBetween(3600 - 120, 3600);
    }
  }

  private static Socket connect(LabPod from) throws Exception {
    return NamespaceThread.once(
        from.namespace(),
        () -> {
          Socket socket = new Socket();
          socket.connect(new InetSocketAddress("10.96.7.1", 80), 5000);
          return socket;
        });
  }

  private static String tracked(String sourcePort) {
    return nodes.host(1).exec("conntrack", "-L", "-p", "tcp", "--sport", sourcePort).output();
  }

  @Test
  @DisplayName("should check kube-proxy urls")
  void itSaysThatItIsWellAndInWhichMode() throws IOException {
    Instant start = Instant.now();
    eventually(200, () -> nodes.health(1, 10256));
    Caller.Page health =
        nodes.caller(nodes.outside()).page(nodes.node(1).ipv4(), 10256, "/healthz");
    JsonNode said = new ObjectMapper().readTree(health.body());
    assertThat(Instant.parse(said.path("lastUpdated").asText()))
        .isBetween(start.minus(Duration.ofMinutes(1)), Instant.now());
    assertThat(Instant.parse(said.path("currentTime").asText()))
        .isBetween(start.minus(Duration.ofMinutes(1)), Instant.now());
    assertThat(nodes.caller(nodes.host(1)).page("127.0.0.1", 10249, "/proxyMode").body())
        .isEqualTo("nftables");
  }
}
