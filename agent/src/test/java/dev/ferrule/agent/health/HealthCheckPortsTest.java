// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferrule.rules.compile.CompiledService;
import dev.ferrule.rules.model.ObjectName;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real requests over loopback. */
class HealthCheckPortsTest {

  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private static final String BODY =
      "{\n\t\"service\": {\n\t\t\"namespace\": \"shop\",\n\t\t\"name\": \"web\"\n\t},\n"
          + "\t\"localEndpoints\": 2,\n\t\"serviceProxyHealthy\": true\n}";

  private final AtomicBoolean healthy = new AtomicBoolean(true);
  private final HealthCheckPorts ports =
      new HealthCheckPorts(healthy::get, (service, problem) -> {}, line -> {});
  private final HttpClient client = HttpClient.newHttpClient();
  private int port;

  @BeforeEach
  void findPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
      port = socket.getLocalPort();
    }
  }

  @AfterEach
  void close() {
    ports.close();
  }

  @Test
  void answersAsKubeProxyDoesToAnyPath() throws Exception {
    update(service("web", 2));
    for (String path : List.of("/", "/healthz", "/any/thing?x=1")) {
      HttpResponse<String> answer = ask("GET", path);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo(BODY);
      assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
      assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
      assertThat(answer.headers().firstValue("X-Load-Balancing-Endpoint-Weight")).hasValue("2");
    }
  }

  @Test
  void aHeadRequestGetsTheSameWithoutBody() throws Exception {
    update(service("web", 2));
    HttpResponse<String> answer = ask("HEAD", "/");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValueAsLong("Content-Length")).hasValue(BODY.length());
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void unavailableWithoutLocalEndpointsOrWithOldRules() throws Exception {
    update(service("web", 0));
    HttpResponse<String> empty = ask("GET", "/");
    assertThat(empty.statusCode()).isEqualTo(503);
    assertThat(empty.headers().firstValue("X-Load-Balancing-Endpoint-Weight")).hasValue("0");
    update(service("web", 1));
    assertThat(ask("GET", "/").statusCode()).isEqualTo(200);
    healthy.set(false);
    HttpResponse<String> old = ask("GET", "/");
    assertThat(old.statusCode()).isEqualTo(503);
    assertThat(old.body()).contains("\"localEndpoints\": 1", "\"serviceProxyHealthy\": false");
  }

  @Test
  void aChangeOfTheServiceDoesNotCloseThePort() throws Exception {
    update(service("web", 1));
    try (Socket socket = new Socket(LOOPBACK, port)) {
      update(service("web", 3));
      update(service("api", 3));
      socket.getOutputStream().write(bytes("GET / HTTP/1.0\r\n\r\n"));
      InputStream in = socket.getInputStream();
      assertThat(new String(in.readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 200")
          .contains("\"api\"");
    }
  }

  @Test
  void ofTwoServicesWithOnePortTheFirstByNameHasIt() throws Exception {
    update(service("web", 1), service("api", 2));
    assertThat(ask("GET", "/").body()).contains("\"api\"");
  }

  @Test
  void thePortIsClosedWithItsService() throws Exception {
    update(service("web", 1));
    ports.update(List.of(), List.of(LOOPBACK));
    assertThatThrownBy(() -> new Socket(LOOPBACK, port).close()).isInstanceOf(IOException.class);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private void update(CompiledService... services) {
    ports.update(List.of(services), List.of(LOOPBACK));
  }

  private CompiledService service(String name, int endpoints) {
    return new CompiledService(
        new ObjectName("shop", name), 0, List.of(), List.of(), port, endpoints, List.of());
  }

  private HttpResponse<String> ask(String method, String path)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
