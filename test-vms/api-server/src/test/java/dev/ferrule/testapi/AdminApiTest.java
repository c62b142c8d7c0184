// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.testapi.Client.Answer;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What another process can make the server do. */
class AdminApiTest extends OnServer {

  private Answer ask(String what, String body) throws IOException, InterruptedException {
    return client.post("/ferrule-test/" + what, body);
  }

  @Test
  void faultsComeAndGo() throws Exception {
    String all = "/api/v1/services";
    ask(
        "fault",
        "{\"resource\":\"services\",\"verb\":\"list\",\"effect\":\"refuse\",\"code\":503}");
    assertThat(client.get(all).code()).isEqualTo(503);
    ask("clear", "{}");
    ask("fault", "{\"effect\":\"wrong_kind\",\"times\":1}");
    assertThat(client.get(all).body().path("kind").asText()).isEqualTo("LeaseList");
    ask("etcd", "{\"outage\":true}");
    assertThat(client.get(all).code()).isEqualTo(500);
    ask("clear", "");
    assertThat(client.get(all).code()).isEqualTo(200);
    assertThat(ask("fault", "{\"effect\":\"nonsense\"}").code()).isEqualTo(400);
    assertThat(ask("nonsense", "").code()).isEqualTo(404);
  }

  @Test
  void objectsAreMadeAndChurned() throws Exception {
    long before = ask("", "").body().path("resourceVersion").asLong();
    Answer made = ask("bulk", "{\"services\":3,\"endpoints\":250}");
    // A slice has at most 100 endpoints; 3 namespaces are made too.
    assertThat(made.body().path("resourceVersion").asLong()).isEqualTo(before + 3 * (1 + 3) + 3);
    assertThat(server.list(Resource.ENDPOINTSLICES)).hasSize(9);
    ask("churn", "{\"rate\":500,\"seconds\":1}");
    long end = System.nanoTime() + 10_000_000_000L;
    while (ask("", "").body().path("churned").asInt() < 500 && System.nanoTime() < end) {
      Thread.sleep(20);
    }
    assertThat(server.list(Resource.ENDPOINTSLICES))
        .allSatisfy(
            slice ->
                assertThat(slice.at("/metadata/annotations/ferrule.dev~1test-time").asLong())
                    .isGreaterThan(1_700_000_000_000_000_000L));
  }

  @Test
  void watchesAreEndedAndHistoryForgotten() throws Exception {
    String path = "/api/v1/services?watch=true&resourceVersion=" + server.resourceVersion();
    try (Client.Watch watch = client.watch(path)) {
      server.create(Client.service("a", ""));
      watch.next();
      ask("watches", "{\"resource\":\"services\",\"action\":\"end\"}");
      assertThat(watch.endsCleanly()).isTrue();
    }
    ask("compact", "");
    try (Client.Watch watch = client.watch(path)) {
      assertThat(watch.next().path("type").asText()).isEqualTo("ERROR");
    }
  }
}
