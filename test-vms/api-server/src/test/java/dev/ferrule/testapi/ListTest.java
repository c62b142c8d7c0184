// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ferrule.testapi.Client.Answer;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lists: selectors, versions, pages, tables. */
class ListTest extends OnServer {

  private static List<String> names(JsonNode list) {
    List<String> names = new ArrayList<>();
    list.path("items").forEach(item -> names.add(item.at("/metadata/name").asText()));
    return names;
  }

  @Test
  void listsAreOrderedAndTheirItemsHaveNoKind() throws Exception {
    server.create(Client.service("b", ""));
    server.create(Client.service("a", ""));
    JsonNode list = client.get("/api/v1/services").body();
    assertThat(list.path("kind").asText()).isEqualTo("ServiceList");
    assertThat(list.at("/metadata/resourceVersion").asLong()).isEqualTo(server.resourceVersion());
    assertThat(names(list)).containsExactly("a", "b");
    assertThat(list.at("/items/0").has("kind")).isFalse();
    assertThat(client.get("/api/v1/namespaces/other/services").body().path("items")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          x=1                    | a
          x==1,y                 | a
          x!=1                   | b c
          x in (1,2)             | a b
          x notin (1)            | b c
          x                      | a b
          !x                     | c
          x,x notin (2, 3),y=    | a
          """)
  void labelSelectors(String selector, String expected) throws Exception {
    server.create(Client.service("a", "\"x\": \"1\", \"y\": \"\""));
    server.create(Client.service("b", "\"x\": \"2\""));
    server.create(Client.service("c", ""));
    String query = "?labelSelector=" + selector.replace(" ", "%20");
    assertThat(String.join(" ", names(client.get(Client.SERVICES + query).body())))
        .isEqualTo(expected);
  }

  @Test
  void fieldSelectors() throws Exception {
    server.create(Client.service("a", ""));
    server.create(Client.service("b", ""));
    String query = "/api/v1/services?fieldSelector=";
    assertThat(names(client.get(query + "metadata.name%3Db").body())).containsExactly("b");
    assertThat(names(client.get(query + "metadata.namespace!%3Ddefault").body())).isEmpty();
    assertThat(names(client.get(query + "spec.type%3DClusterIP").body())).hasSize(2);
  }

  @Test
  void pagesAreOfOneVersionWhateverChangesBetweenThem() throws Exception {
    for (int i = 0; i < 10; i++) {
      server.create(Client.configMap("c" + i));
    }
    String path = "/api/v1/configmaps?limit=4";
    JsonNode page = client.get(path).body();
    String version = page.at("/metadata/resourceVersion").asText();
    assertThat(page.at("/metadata/remainingItemCount").asInt()).isEqualTo(6);
    List<String> all = new ArrayList<>(names(page));
    int pages = 1;
    while (page.at("/metadata").has("continue")) {
      server.delete(Resource.CONFIGMAPS, "default", "c" + (9 - pages));
      server.create(Client.configMap("c5" + pages));
      page = client.get(path + "&continue=" + page.at("/metadata/continue").asText()).body();
      assertThat(page.at("/metadata/resourceVersion").asText()).isEqualTo(version);
      all.addAll(names(page));
      pages++;
    }
    assertThat(pages).isEqualTo(3);
    assertThat(all).containsExactly("c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9");
  }

  @Test
  void aPageOfAVersionThatIsGoneComesWithTheWayOn() throws Exception {
    for (int i = 0; i < 4; i++) {
      server.create(Client.configMap("c" + i));
    }
    String path = "/api/v1/configmaps?limit=2&continue=";
    String token = client.get(path).body().at("/metadata/continue").asText();
    server.create(Client.configMap("c9"));
    server.compact();
    Answer expired = client.get(path + token);
    assertThat(expired.code()).isEqualTo(410);
    assertThat(expired.body().path("reason").asText()).isEqualTo("Expired");
    JsonNode rest = client.get(path + expired.body().at("/metadata/continue").asText()).body();
    assertThat(names(rest)).containsExactly("c2", "c3");
  }

  @Test
  void anyVersionComesWholeAndAnExactOneAsItWas() throws Exception {
    server.create(Client.configMap("a"));
    long version = server.resourceVersion();
    server.create(Client.configMap("b"));
    String path = "/api/v1/configmaps?limit=1&resourceVersion=";
    assertThat(names(client.get(path + "0").body())).containsExactly("a", "b");
    assertThat(names(client.get(path + version).body())).containsExactly("a");
    JsonNode exact =
        client
            .get("/api/v1/configmaps?resourceVersionMatch=Exact&resourceVersion=" + version)
            .body();
    assertThat(names(exact)).containsExactly("a");
    assertThat(exact.at("/metadata/resourceVersion").asLong()).isEqualTo(version);
  }

  @Test
  void aVersionThatIsNotThereYetIsRefusedAfterAWhile() throws Exception {
    Answer answer =
        client.get("/api/v1/services?resourceVersion=" + (server.resourceVersion() + 100));
    assertThat(answer.code()).isEqualTo(504);
    assertThat(answer.message()).startsWith("Timeout: Too large resource version: ");
    assertThat(answer.raw().headers().firstValue("Retry-After")).contains("1");
  }

  @Test
  void servicesSlicesAndNodesAreTables() throws Exception {
    server.create(
        """
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {type: NodePort, clusterIP: 10.96.0.10, ports: [{port: 80, nodePort: 30080}]}}
        ---
        {apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: web-1}, addressType: IPv4, ports: [{port: 8080}],
         endpoints: [{addresses: [10.1.0.1]}, {addresses: [10.1.0.2]}, {addresses: [10.1.0.3]}, {addresses: [10.1.0.4]}]}
        ---
        {apiVersion: v1, kind: Node, metadata: {name: n1}, status: {conditions: [{type: Ready, status: "True"}], nodeInfo: {kubeletVersion: v1.34.0}}}
        """);
    String table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
    JsonNode services = client.get(Client.SERVICES, "Accept", table).body();
    assertThat(services.path("kind").asText()).isEqualTo("Table");
    assertThat(services.at("/rows/0/cells").toString())
        .startsWith("[\"web\",\"NodePort\",\"10.96.0.10\",\"<none>\",\"80:30080/TCP\",");
    assertThat(services.at("/rows/0/object/metadata/name").asText()).isEqualTo("web");
    JsonNode slices =
        client.get("/apis/discovery.k8s.io/v1/endpointslices", "Accept", table).body();
    assertThat(slices.at("/rows/0/cells").toString())
        .startsWith("[\"web-1\",\"IPv4\",\"8080\",\"10.1.0.1,10.1.0.2,10.1.0.3 + 1 more...\",");
    JsonNode node = client.get("/api/v1/nodes/n1", "Accept", table).body();
    assertThat(node.at("/rows/0/cells").toString()).startsWith("[\"n1\",\"Ready\",\"<none>\",");
  }

  @Test
  void largeListsAreCompressedForThoseWhoCanTakeThat() throws Exception {
    server.createAll(SampleObjects.services(100, 10));
    String path = "/apis/discovery.k8s.io/v1/endpointslices";
    Answer plain = client.get(path);
    Answer compressed = client.get(path, "Accept-Encoding", "gzip");
    assertThat(plain.raw().headers().firstValue("Content-Encoding")).isEmpty();
    assertThat(compressed.raw().headers().firstValue("Content-Encoding")).contains("gzip");
    byte[] unpacked =
        new GZIPInputStream(new ByteArrayInputStream(compressed.raw().body())).readAllBytes();
    assertThat(unpacked).isEqualTo(plain.raw().body());
  }

  @Test
  void realisticMetadataMakesObjectsAsLargeAsRealOnes() throws Exception {
    try (ApiServer real = ApiServer.start(Options.defaults().withRealisticMetadata(true))) {
      real.createAll(SampleObjects.services(1, 10));
      JsonNode slice =
          new Client(real).get("/apis/discovery.k8s.io/v1/endpointslices").body().at("/items/0");
      JsonNode fields = slice.at("/metadata/managedFields/0/fieldsV1");
      assertThat(fields.has("f:endpoints")).isTrue();
      assertThat(fields.at("/f:metadata/f:labels").has("f:kubernetes.io/service-name")).isTrue();
      assertThat(slice.toString().length()).isBetween(3000, 6000);
    }
  }
}
