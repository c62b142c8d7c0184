// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ferrule.testapi.Client.Watch;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Watches, as the page Kubernetes API Concepts describes them. */
class WatchTest {

  private static final String ALL = "/api/v1/services?watch=true&resourceVersion=";

  private ApiServer server;
  private Client client;

  @BeforeEach
  void start() throws IOException {
    server = ApiServer.start(Options.defaults().withBookmarksEvery(Duration.ofMillis(200)));
    client = new Client(server);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void label(String name, String labels) {
    server.patch(
        Resource.SERVICES, "default", name, "{\"metadata\": {\"labels\": {" + labels + "}}}");
  }

  @Test
  void everyChangeComesExactlyOnceFromAnyVersion() throws Exception {
    long base = server.resourceVersion();
    List<String> expected = new ArrayList<>();
    Random random = new Random(7);
    for (int i = 0; i < 40; i++) {
      String name = "s" + random.nextInt(4);
      boolean there = server.get(Resource.SERVICES, "default", name).isPresent();
      String type;
      if (!there) {
        server.create(Client.service(name, ""));
        type = "ADDED ";
      } else if (random.nextInt(3) == 0) {
        server.delete(Resource.SERVICES, "default", name);
        type = "DELETED ";
      } else {
        label(name, "\"round\": \"" + i + "\"");
        type = "MODIFIED ";
      }
      expected.add(type + name + "@" + server.resourceVersion());
      // Changes of other resources take versions too.
      server.create(Client.configMap("other-" + i));
    }
    for (int from = 0; from < 80; from++) {
      List<String> rest = expected.subList((from + 1) / 2, expected.size());
      try (Watch watch = client.watch(ALL + (base + from))) {
        assertThat(watch.nextTexts(rest.size())).isEqualTo(rest);
        assertThat(watch.isSilentFor(Duration.ofMillis(1))).isTrue();
      }
    }
  }

  @Test
  void aWatchFromNowOrFromAnyVersionStartsWithWhatIsThere() throws Exception {
    server.create(Client.service("a", ""));
    long created = server.resourceVersion();
    server.create(Client.configMap("other"));
    for (String version : List.of("", "0")) {
      try (Watch watch = client.watch(ALL + version)) {
        assertThat(watch.nextText()).isEqualTo("ADDED a@" + created);
        server.delete(Resource.SERVICES, "default", "a");
        assertThat(watch.nextText()).isEqualTo("DELETED a@" + server.resourceVersion());
        server.create(Client.service("a", ""));
        created = server.resourceVersion();
        assertThat(watch.nextText()).isEqualTo("ADDED a@" + created);
      }
    }
  }

  @Test
  void anObjectThatBeginsOrCeasesToMatchIsAddedOrDeleted() throws Exception {
    String path = ALL + server.resourceVersion() + "&labelSelector=!headless";
    try (Watch watch = client.watch(path)) {
      server.create(Client.service("a", "\"app\": \"web\""));
      assertThat(watch.nextText()).isEqualTo("ADDED a@" + server.resourceVersion());
      label("a", "\"app\": \"other\"");
      assertThat(watch.nextText()).isEqualTo("MODIFIED a@" + server.resourceVersion());
      label("a", "\"headless\": \"\"");
      JsonNode departed = watch.next();
      assertThat(Watch.text(departed)).isEqualTo("DELETED a@" + server.resourceVersion());
      assertThat(departed.at("/object/kind").asText()).isEqualTo("Service");
      assertThat(departed.at("/object/metadata/labels/app").asText()).isEqualTo("other");
      assertThat(departed.at("/object/metadata/labels").has("headless")).isFalse();
      label("a", "\"app\": \"unseen\"");
      label("a", "\"headless\": null");
      assertThat(watch.nextText()).isEqualTo("ADDED a@" + server.resourceVersion());
    }
  }

  @Test
  void aWatchOfOneNamespaceAndOneNameSeesNothingElse() throws Exception {
    String one = "/api/v1/namespaces/n1/services?watch=1&fieldSelector=metadata.name%3Da";
    try (Watch watch = client.watch(one)) {
      server.create(
          """
          {apiVersion: v1, kind: Service, metadata: {name: a, namespace: n2}, spec: {ports: [{port: 1}]}}
          ---
          {apiVersion: v1, kind: Service, metadata: {name: b, namespace: n1}, spec: {ports: [{port: 1}]}}
          ---
          {apiVersion: v1, kind: Service, metadata: {name: a, namespace: n1}, spec: {ports: [{port: 1}]}}
          """);
      assertThat(watch.nextText()).isEqualTo("ADDED a@" + server.resourceVersion());
    }
  }

  @Test
  void bookmarksTellTheNewestVersionNowAndThenAndAtTheEnd() throws Exception {
    String bookmarks = "&allowWatchBookmarks=true&timeoutSeconds=1";
    try (Watch watch = client.watch(ALL + server.resourceVersion() + bookmarks)) {
      JsonNode first = watch.next();
      assertThat(Watch.text(first)).isEqualTo("BOOKMARK @" + server.resourceVersion());
      assertThat(first.at("/object/kind").asText()).isEqualTo("Service");
      server.create(Client.configMap("a"));
      String text = watch.nextText();
      String last = "";
      for (String line = watch.line(); !line.isEmpty(); line = watch.line()) {
        text = line;
        last = line;
      }
      assertThat(text).contains("BOOKMARK");
      assertThat(last).contains("\"resourceVersion\":\"" + server.resourceVersion() + "\"");
    }
  }

  @Test
  void withoutBookmarksItJustEndsWhenItsTimeIsOver() throws Exception {
    try (Watch watch = client.watch(ALL + server.resourceVersion() + "&timeoutSeconds=1")) {
      assertThat(watch.endsCleanly()).isTrue();
    }
  }

  @Test
  void initialEventsEndWithABookmarkThatSaysSo() throws Exception {
    server.create(Client.service("a", ""));
    String path =
        ALL + "&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan";
    try (Watch watch = client.watch(path)) {
      assertThat(watch.nextText()).isEqualTo("ADDED a@" + server.resourceVersion());
      JsonNode end = watch.next();
      assertThat(end.at("/object/metadata/annotations/k8s.io~1initial-events-end").asText())
          .isEqualTo("true");
    }
  }

  @Test
  void aVersionThatIsGoneIsToldByAnErrorEvent() throws Exception {
    long old = server.resourceVersion();
    server.create(Client.service("a", ""));
    server.compact();
    try (Watch watch = client.watch(ALL + old)) {
      assertThat(watch.code()).isEqualTo(200);
      JsonNode error = watch.next();
      assertThat(error.path("type").asText()).isEqualTo("ERROR");
      assertThat(error.at("/object/kind").asText()).isEqualTo("Status");
      assertThat(error.at("/object/code").asInt()).isEqualTo(410);
      assertThat(error.at("/object/reason").asText()).isEqualTo("Expired");
      assertThat(watch.endsCleanly()).isTrue();
    }
    try (Watch watch = client.watch(ALL + server.resourceVersion())) {
      server.create(Client.service("b", ""));
      assertThat(watch.nextText()).isEqualTo("ADDED b@" + server.resourceVersion());
    }
  }

  @Test
  void aVersionThatIsGoneIsToldByTheStatusIfATestWantsIt() throws Exception {
    long old = server.resourceVersion();
    server.create(Client.service("a", ""));
    server.compact();
    server.faults().expiredAsStatus(true);
    assertThat(client.get(ALL + old).code()).isEqualTo(410);
  }

  @Test
  void historyIsDroppedWhenItGrowsTooLong() throws Exception {
    try (ApiServer small = ApiServer.start(Options.defaults().withHistory(10))) {
      long old = small.resourceVersion();
      for (int i = 0; i < 20; i++) {
        small.create(Client.configMap("c" + i));
      }
      String path = "/api/v1/configmaps?watch=true&resourceVersion=";
      try (Watch watch = new Client(small).watch(path + old)) {
        assertThat(watch.next().at("/object/code").asInt()).isEqualTo(410);
      }
      try (Watch watch = new Client(small).watch(path + (small.resourceVersion() - 1))) {
        assertThat(watch.nextText()).isEqualTo("ADDED c19@" + small.resourceVersion());
      }
    }
  }

  @Test
  void severalWatchersGetAThousandChangesASecondCompletely() throws Exception {
    server.createAll(SampleObjects.services(20, 10));
    String path =
        "/apis/discovery.k8s.io/v1/endpointslices?watch=true&resourceVersion="
            + server.resourceVersion();
    long before = server.resourceVersion();
    List<Watch> watches = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      watches.add(client.watch(path));
    }
    Churn churn = server.churn(Resource.ENDPOINTSLICES, 1000, 2);
    for (Watch watch : watches) {
      for (long version = before + 1; version <= before + 2000; version++) {
        JsonNode event = watch.next();
        assertThat(event.at("/object/metadata/resourceVersion").asLong()).isEqualTo(version);
        assertThat(event.at("/object/metadata/annotations/ferrule.dev~1test-time").asLong())
            .isPositive();
      }
      watch.close();
    }
    assertThat(churn.await(5)).isTrue();
    assertThat(churn.done()).isEqualTo(2000);
  }
}
