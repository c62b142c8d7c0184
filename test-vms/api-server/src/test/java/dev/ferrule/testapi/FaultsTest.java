// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ferrule.testapi.Client.Answer;
import dev.ferrule.testapi.Client.Watch;
import dev.ferrule.testapi.Fault.Cut;
import dev.ferrule.testapi.Fault.Garbage;
import dev.ferrule.testapi.Fault.Refuse;
import dev.ferrule.testapi.Fault.Slow;
import dev.ferrule.testapi.Fault.Stall;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything that can go wrong on purpose. */
class FaultsTest extends OnServer {

  private static final String ALL = "/api/v1/services";
  private static final Duration A_MOMENT = Duration.ofMillis(300);

  private Watch watch() throws IOException, InterruptedException {
    return client.watch(ALL + "?watch=true&resourceVersion=" + server.resourceVersion());
  }

  private void create(String name) throws IOException {
    server.create(Client.service(name, ""));
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 500, 503})
  void aRequestIsRefusedSoManyTimes(int code) throws Exception {
    server.faults().add(Fault.of(Resource.SERVICES, "list", new Refuse(code, 2)).times(2));
    for (int i = 0; i < 2; i++) {
      Answer answer = client.get(ALL);
      assertThat(answer.code()).isEqualTo(code);
      assertThat(answer.body().path("kind").asText()).isEqualTo("Status");
      assertThat(answer.body().path("code").asInt()).isEqualTo(code);
      assertThat(answer.raw().headers().firstValue("Retry-After")).contains("2");
      assertThat(client.get("/api/v1/nodes").code()).isEqualTo(200);
    }
    assertThat(client.get(ALL).code()).isEqualTo(200);
  }

  @Test
  void tooManyRequestsAreToldInPlainText() throws Exception {
    server.faults().add(Fault.everywhere(new Refuse(429, 1)).times(1));
    Answer answer = client.get(ALL);
    assertThat(answer.code()).isEqualTo(429);
    assertThat(answer.raw().headers().firstValue("Retry-After")).contains("1");
    assertThat(new String(answer.raw().body(), StandardCharsets.US_ASCII))
        .isEqualTo("Too many requests, please try again later.\n");
  }

  @Test
  void aRightIsMissingForOneKindUntilItIsGiven() throws Exception {
    Fault forbidden = Fault.of(Resource.ENDPOINTSLICES, "watch", new Refuse(403, 0));
    server.faults().add(forbidden);
    String path = "/apis/discovery.k8s.io/v1/endpointslices";
    Answer answer = client.get(path + "?watch=true");
    assertThat(answer.code()).isEqualTo(403);
    assertThat(answer.message())
        .isEqualTo(
            "endpointslices.discovery.k8s.io is forbidden: User \"system:anonymous\" cannot watch"
                + " resource \"endpointslices\" in API group \"discovery.k8s.io\" at the cluster"
                + " scope");
    assertThat(client.get(path).code()).isEqualTo(200);
    server.faults().remove(forbidden);
    client.watch(path + "?watch=true").close();
  }

  @Test
  void namespacesAndNamesAreInTheMessageOfAForbiddenRequest() throws Exception {
    server.faults().add(Fault.everywhere(new Refuse(403, 0)));
    assertThat(client.get(Client.SERVICES).message())
        .isEqualTo(
            "services is forbidden: User \"system:anonymous\" cannot list resource \"services\" in"
                + " API group \"\" in the namespace \"default\"");
    assertThat(client.get("/api/v1/nodes/n1").message())
        .isEqualTo(
            "nodes \"n1\" is forbidden: User \"system:anonymous\" cannot get resource \"nodes\" in"
                + " API group \"\" at the cluster scope");
  }

  @Test
  void aListBreaksOffInTheMiddle() throws Exception {
    create("a");
    server.faults().add(Fault.of(Resource.SERVICES, "list", new Cut(100)).times(1));
    assertThatThrownBy(() -> client.get(ALL)).isInstanceOf(IOException.class);
    assertThat(client.get(ALL).code()).isEqualTo(200);
  }

  @Test
  void runningWatchesEndInTheWayATestWants() throws Exception {
    try (Watch clean = watch()) {
      server.faults().endWatches(Resource.NODES);
      create("a");
      clean.next();
      assertThat(server.faults().openWatches(Resource.SERVICES)).isEqualTo(1);
      server.faults().endWatches(Resource.SERVICES);
      assertThat(clean.endsCleanly()).isTrue();
    }
    try (Watch broken = watch()) {
      create("b");
      broken.next();
      server.faults().breakWatches(Resource.SERVICES);
      assertThat(broken.endsCleanly()).isFalse();
    }
    try (Watch half = watch()) {
      create("c");
      half.next();
      server.faults().breakWatchesInNextEvent(Resource.SERVICES);
      create("d");
      String line = half.line();
      assertThat(line).startsWith("{\"type\":\"ADDED\",\"object\":{\"kind\":\"Service\"");
      assertThatThrownBy(() -> Json.tree(line.getBytes(StandardCharsets.UTF_8)))
          .isInstanceOf(StatusError.class);
    }
  }

  @Test
  void aStalledWatchIsSilentUntilItGoesOn() throws Exception {
    Fault stall = Fault.of(Resource.SERVICES, "watch", new Stall(false));
    try (Watch old = watch()) {
      create("a");
      old.next();
      server.faults().add(stall);
      create("b");
      assertThat(old.isSilentFor(A_MOMENT)).isTrue();
      try (Watch added = watch()) {
        assertThat(added.code()).isEqualTo(200);
        server.faults().remove(stall);
        assertThat(old.nextText()).isEqualTo("ADDED b@" + server.resourceVersion());
        create("c");
        assertThat(added.nextText()).isEqualTo("ADDED c@" + server.resourceVersion());
      }
    }
  }

  @Test
  void newRequestsStallToo() throws Exception {
    server.faults().add(Fault.everywhere(new Stall(true)));
    Thread release =
        new Thread(
            () -> {
              try {
                Thread.sleep(A_MOMENT.toMillis());
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              server.faults().clear();
            });
    long start = System.nanoTime();
    release.start();
    assertThat(client.get(ALL).code()).isEqualTo(200);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(A_MOMENT);
    release.join();
  }

  @Test
  void answersComeLateAndSlowly() throws Exception {
    create("a");
    server.faults().add(Fault.of(Resource.SERVICES, "list", new Slow(A_MOMENT, 1000)));
    long start = System.nanoTime();
    Answer answer = client.get(ALL);
    Duration bodyTime = Duration.ofMillis(answer.raw().body().length * 9 / 10);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isGreaterThanOrEqualTo(A_MOMENT.plus(bodyTime));
    assertThat(answer.body().path("items")).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(Garbage.class)
  void garbageComesWithStatus200(Garbage garbage) throws Exception {
    server.faults().add(Fault.of(Resource.SERVICES, "", garbage).times(2));
    Answer list = client.get(ALL);
    assertThat(list.code()).isEqualTo(200);
    String expected =
        switch (garbage) {
          case HTML, BROKEN_JSON -> "";
          case WRONG_KIND -> "LeaseList coordination.k8s.io/v1";
          case UNKNOWN_VERSION -> "ServiceList v99alpha1";
        };
    JsonNode body = list.body();
    assertThat((body.path("kind").asText() + " " + body.path("apiVersion").asText()).strip())
        .isEqualTo(expected);
    try (Watch watch = watch()) {
      assertThat(watch.line()).startsWith(garbage == Garbage.HTML ? "<!DOCTYPE" : "{\"type\"");
    }
    assertThat(client.get(ALL).body().path("items")).isEmpty();
  }

  @Test
  void oldEventsAreReplayedOutOfOrder() throws Exception {
    long old = server.resourceVersion();
    create("a");
    create("b");
    try (Watch watch = watch()) {
      create("c");
      watch.next();
      server.faults().replay(Resource.SERVICES, old + 1);
      assertThat(watch.nextText()).isEqualTo("ADDED b@" + (old + 2));
      assertThat(watch.nextText()).isEqualTo("ADDED c@" + (old + 3));
      create("d");
      assertThat(watch.nextText()).isEqualTo("ADDED d@" + (old + 4));
    }
  }

  @Test
  void aListComesFromACacheThatIsBehind() throws Exception {
    create("a");
    Fault behind = Fault.of(Resource.SERVICES, "list", new Fault.Behind(server.resourceVersion()));
    create("b");
    server.faults().add(behind);
    assertThat(client.get(ALL + "?resourceVersion=0").body().path("items")).hasSize(1);
    server.faults().remove(behind);
    assertThat(client.get(ALL + "?resourceVersion=0").body().path("items")).hasSize(2);
  }

  @Test
  void withoutEtcdWatchesAndTheCacheGoOn() throws Exception {
    create("a");
    try (Watch watch = watch()) {
      server.faults().etcdOutage(true);
      assertThat(client.get(ALL).code()).isEqualTo(500);
      assertThat(client.get(ALL).message()).isEqualTo("etcdserver: request timed out");
      assertThat(client.post(Client.SERVICES, Client.service("b", "")).code()).isEqualTo(500);
      assertThat(client.get(ALL + "?resourceVersion=0").body().path("items")).hasSize(1);
      assertThat(watch.isSilentFor(Duration.ofMillis(50))).isTrue();
      server.faults().etcdOutage(false);
      assertThat(client.post(Client.SERVICES, Client.service("b", "")).code()).isEqualTo(201);
      assertThat(watch.nextText()).isEqualTo("ADDED b@" + server.resourceVersion());
    }
  }

  @Test
  void anOutageCutsConnectionsAndKeepsObjectsAndPort() throws Exception {
    create("a");
    String url = server.url();
    long version = server.resourceVersion();
    try (Watch watch = watch()) {
      server.stop();
      assertThat(watch.endsCleanly()).isFalse();
    }
    assertThatThrownBy(() -> client.get(ALL)).isInstanceOf(IOException.class);
    create("b");
    server.restart();
    assertThat(server.url()).isEqualTo(url);
    try (Watch watch = client.watch(ALL + "?watch=true&resourceVersion=" + version)) {
      assertThat(watch.nextText()).isEqualTo("ADDED b@" + (version + 1));
    }
  }

  @Test
  void aStalledServerCanBeStopped() throws Exception {
    server.faults().add(Fault.everywhere(new Stall(true)));
    Thread release =
        new Thread(
            () -> {
              try {
                Thread.sleep(100);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              server.stop();
            });
    release.start();
    assertThatThrownBy(() -> client.get(ALL)).isInstanceOf(IOException.class);
    release.join();
  }

  @Test
  void requestsAreRemembered() throws Exception {
    client.get("/api/v1/namespaces/default/services?labelSelector=a%3Db&limit=5");
    client.get("/version");
    watch().close();
    assertThat(server.requests())
        .extracting(r -> r.verb() + " " + r.resource() + " " + r.namespace())
        .containsExactly("list SERVICES default", "get null ", "watch SERVICES ");
    assertThat(server.requests().get(0).parameter("labelSelector")).isEqualTo("a=b");
    server.clearRequests();
    assertThat(server.requests()).isEmpty();
  }
}
