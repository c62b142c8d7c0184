// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.ferrule.agent.config.PortRange;
import dev.ferrule.agent.objects.ObjectReader;
import dev.ferrule.agent.objects.ReadingSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists that the server breaks into pages, though nobody asked for them. */
class ListerTest {

  @TempDir private Path directory;
  private final List<String> queries = Collections.synchronizedList(new ArrayList<>());
  private final ClusterCatalog catalog =
      new ClusterCatalog(
          new ObjectReader(new ReadingSettings(PortRange.ALL, false, true)), line -> {});
  private HttpServer http;
  private ApiServer server;
  private boolean expired;

  @BeforeEach
  void start() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext("/", this::answer);
    http.start();
    Path kubeconfig = directory.resolve("kubeconfig");
    Files.writeString(
        kubeconfig,
        """
        apiVersion: v1
        kind: Config
        current-context: test
        contexts: [{name: test, context: {cluster: test, user: test}}]
        clusters: [{name: test, cluster: {server: "http://127.0.0.1:%d"}}]
        users: []
        """
            .formatted(http.getAddress().getPort()));
    server = new ApiServer(new Access(kubeconfig, null));
  }

  @AfterEach
  void stop() {
    server.close();
    http.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String query = exchange.getRequestURI().getRawQuery();
    queries.add(query);
    int page = query.contains("continue=p%2F2") ? 3 : query.contains("continue=p%2F1") ? 2 : 1;
    String more = page == 3 ? "" : ", \"continue\": \"p/" + page + "\"";
    int code = page == 2 && expired ? 410 : 200;
    String text =
        code == 410
            ? "{\"kind\": \"Status\", \"code\": 410, \"message\": \"too old\"}"
            : """
              {"kind": "ServiceList", "apiVersion": "v1",
               "metadata": {"resourceVersion": "77"%s},
               "items": [{"metadata": {"name": "s%d", "namespace": "default", "resourceVersion": "%d"},
                          "spec": {"clusterIP": "10.96.0.%d", "ports": [{"port": 80}]}}]}
              """
                .formatted(more, page, page, page);
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(code, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private String list(String oldest) throws Exception {
    return new Lister(Resource.SERVICES, server, catalog, "here", Duration.ofSeconds(10))
        .list(oldest);
  }

  @Test
  void allPagesAreReadAndOnlyTheFirstSaysHowOldItMayBe() throws Exception {
    assertThat(list("5")).isEqualTo("77");
    assertThat(catalog.services()).hasSize(3);
    assertThat(queries).hasSize(3);
    assertThat(queries.get(0)).endsWith("&resourceVersion=5&resourceVersionMatch=NotOlderThan");
    assertThat(queries.get(1)).endsWith("&continue=p%2F1").doesNotContain("resourceVersion");
    assertThat(queries.get(2)).endsWith("&continue=p%2F2");
    assertThat(queries).allMatch(query -> query.startsWith("labelSelector="));
    assertThat(catalog.missing("here")).doesNotContain("the list of services");
  }

  @Test
  void aListThatExpiresBetweenTwoPagesTakesNothingAway() throws Exception {
    list("");
    expired = true;
    assertThatThrownBy(() -> list(""))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.kind()).isEqualTo(ApiException.Kind.GONE));
    assertThat(catalog.services()).hasSize(3);
  }
}
