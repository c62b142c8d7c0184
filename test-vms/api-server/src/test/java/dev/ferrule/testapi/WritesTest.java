// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ferrule.testapi.Client.Answer;
import org.junit.jupiter.api.Test;

/** Writes over HTTP, and what they are refused for. */
class WritesTest extends OnServer {

  @Test
  void anObjectLivesFromPostToDelete() throws Exception {
    Answer created = client.post(Client.SERVICES, Client.service("web", ""));
    assertThat(created.code()).isEqualTo(201);
    JsonNode metadata = created.body().path("metadata");
    assertThat(metadata.path("uid").asText()).hasSize(36);
    assertThat(metadata.path("creationTimestamp").asText()).endsWith("Z");
    assertThat(metadata.path("namespace").asText()).isEqualTo("default");
    assertThat(client.get(Client.SERVICES + "/web").body()).isEqualTo(created.body());

    ObjectNode changed = created.body().deepCopy();
    changed.withObject("/metadata/labels").put("a", "b");
    Answer updated = client.put(Client.SERVICES + "/web", changed);
    assertThat(updated.code()).isEqualTo(200);
    assertThat(updated.body().at("/metadata/uid")).isEqualTo(metadata.path("uid"));
    assertThat(updated.body().at("/metadata/resourceVersion").asLong())
        .isEqualTo(server.resourceVersion());

    Answer deleted = client.send("DELETE", Client.SERVICES + "/web", "");
    assertThat(deleted.body().path("kind").asText()).isEqualTo("Service");
    assertThat(deleted.body().at("/metadata/uid")).isEqualTo(metadata.path("uid"));
    assertThat(client.get(Client.SERVICES + "/web").code()).isEqualTo(404);
  }

  @Test
  void refusalsAreStatusObjectsWithTheMessagesOfKubernetes() throws Exception {
    client.post(Client.SERVICES, Client.service("web", ""));
    Answer exists = client.post(Client.SERVICES, Client.service("web", ""));
    assertThat(exists.code()).isEqualTo(409);
    assertThat(exists.body().path("kind").asText()).isEqualTo("Status");
    assertThat(exists.body().path("reason").asText()).isEqualTo("AlreadyExists");
    assertThat(exists.message()).isEqualTo("services \"web\" already exists");

    Answer missing = client.get("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/x");
    assertThat(missing.body().path("reason").asText()).isEqualTo("NotFound");
    assertThat(missing.message()).isEqualTo("endpointslices.discovery.k8s.io \"x\" not found");
    assertThat(missing.body().at("/details/name").asText()).isEqualTo("x");

    ObjectNode stale = client.get(Client.SERVICES + "/web").body().deepCopy();
    server.patch(Resource.SERVICES, "default", "web", "{metadata: {labels: {a: b}}}");
    Answer conflict = client.put(Client.SERVICES + "/web", stale);
    assertThat(conflict.code()).isEqualTo(409);
    assertThat(conflict.body().path("reason").asText()).isEqualTo("Conflict");
    assertThat(conflict.message())
        .isEqualTo(
            "Operation cannot be fulfilled on services \"web\": the object has been modified;"
                + " please apply your changes to the latest version and try again");

    Answer nowhere = client.post("/api/v1/namespaces/nowhere/services", Client.service("web", ""));
    assertThat(nowhere.code()).isEqualTo(404);
    assertThat(nowhere.message()).isEqualTo("namespaces \"nowhere\" not found");

    assertThat(client.post(Client.SERVICES, Client.configMap("a")).code()).isEqualTo(400);
    assertThat(client.post(Client.SERVICES, "{").code()).isEqualTo(400);
    assertThat(client.get("/api/v1/unknown").code()).isEqualTo(404);
    assertThat(client.get("/apis/discovery.k8s.io/v9/endpointslices").code()).isEqualTo(404);
    assertThat(client.patch(Client.SERVICES + "/web", "unknown-patch", "{}").code()).isEqualTo(415);
  }

  @Test
  void whatChangesNothingMakesNoVersion() throws Exception {
    client.post(Client.SERVICES, Client.service("web", ""));
    long version = server.resourceVersion();
    JsonNode object = client.get(Client.SERVICES + "/web").body();
    assertThat(client.put(Client.SERVICES + "/web", object).code()).isEqualTo(200);
    client.patch(Client.SERVICES + "/web", "merge-patch", "{\"spec\":{\"type\":\"ClusterIP\"}}");
    assertThat(server.resourceVersion()).isEqualTo(version);
    client.send("DELETE", Client.SERVICES + "/web?dryRun=All", "");
    client.post(Client.SERVICES + "?dryRun=All", Client.service("other", ""));
    assertThat(server.resourceVersion()).isEqualTo(version);
  }

  @Test
  void theStatusIsWrittenByItsOwnPathOnly() throws Exception {
    String ingress = "{\"status\":{\"loadBalancer\":{\"ingress\":[{\"ip\":\"192.0.2.1\"}]}}";
    client.post(Client.SERVICES, Client.service("web", ""));
    String path = Client.SERVICES + "/web";
    client.patch(path, "merge-patch", ingress + "}");
    assertThat(client.get(path).body().path("status").toString())
        .isEqualTo("{\"loadBalancer\":{}}");
    client.patch(path + "/status", "merge-patch", ingress + ",\"spec\":{\"type\":\"NodePort\"}}");
    JsonNode service = client.get(path).body();
    assertThat(service.at("/status/loadBalancer/ingress/0/ip").asText()).isEqualTo("192.0.2.1");
    assertThat(service.at("/spec/type").asText()).isEqualTo("ClusterIP");
    ObjectNode without = service.deepCopy();
    without.remove("status");
    without.withObject("/metadata/labels").put("a", "b");
    assertThat(client.put(path, without).body().path("status")).isEqualTo(service.path("status"));
    assertThat(client.get("/api/v1/namespaces/default/configmaps/x/status").code()).isEqualTo(404);
  }

  @Test
  void generationCountsChangesOfWhatIsWantedOnly() throws Exception {
    server.create(
        """
        {apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: a}, addressType: IPv4}
        """);
    String path = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/a";
    assertThat(client.get(path).body().at("/metadata/generation").asInt()).isEqualTo(1);
    client.patch(path, "merge-patch", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
    assertThat(client.get(path).body().at("/metadata/generation").asInt()).isEqualTo(1);
    client.patch(path, "merge-patch", "{\"ports\":[{\"port\":80}]}");
    JsonNode slice = client.get(path).body();
    assertThat(slice.at("/metadata/generation").asInt()).isEqualTo(2);
    assertThat(slice.path("ports").toString())
        .isEqualTo("[{\"port\":80,\"name\":\"\",\"protocol\":\"TCP\"}]");
    assertThat(client.get("/api/v1/nodes").body().at("/items/0/metadata").has("generation"))
        .isFalse();
  }

  @Test
  void threeKindsOfPatches() throws Exception {
    client.post(
        Client.SERVICES,
        "{\"metadata\":{\"name\":\"web\"},\"spec\":{\"ports\":[{\"name\":\"a\",\"port\":80},"
            + "{\"name\":\"b\",\"port\":81}]}}");
    String path = Client.SERVICES + "/web";
    JsonNode strategic =
        client
            .patch(
                path,
                "strategic-merge-patch",
                "{\"spec\":{\"$setElementOrder/ports\":[{\"port\":80},{\"port\":82}],\"ports\":["
                    + "{\"port\":80,\"targetPort\":8080},{\"name\":\"c\",\"port\":82},"
                    + "{\"$patch\":\"delete\",\"port\":81}]}}")
            .body();
    assertThat(strategic.at("/spec/ports").findValuesAsText("port")).containsExactly("80", "82");
    assertThat(strategic.at("/spec/ports/0/targetPort").asInt()).isEqualTo(8080);
    assertThat(strategic.at("/spec/ports/0/name").asText()).isEqualTo("a");
    assertThat(strategic.path("spec").has("$setElementOrder/ports")).isFalse();

    JsonNode merged =
        client
            .patch(
                path,
                "merge-patch",
                "{\"spec\":{\"ports\":[{\"port\":90}],\"selector\":{\"a/b\":\"c\"}}}")
            .body();
    assertThat(merged.at("/spec/ports").findValuesAsText("port")).containsExactly("90");
    assertThat(merged.at("/spec/selector/a~1b").asText()).isEqualTo("c");

    JsonNode patched =
        client
            .patch(
                path,
                "json-patch",
                "[{\"op\":\"test\",\"path\":\"/spec/ports/0/port\",\"value\":90},"
                    + "{\"op\":\"add\",\"path\":\"/spec/ports/-\",\"value\":{\"name\":\"x\",\"port\":91}},"
                    + "{\"op\":\"replace\",\"path\":\"/spec/ports/0/targetPort\",\"value\":9090},"
                    + "{\"op\":\"copy\",\"from\":\"/spec/selector/a~1b\",\"path\":\"/spec/selector/d\"},"
                    + "{\"op\":\"move\",\"from\":\"/spec/selector/a~1b\",\"path\":\"/spec/selector/e\"},"
                    + "{\"op\":\"remove\",\"path\":\"/spec/selector/d\"}]")
            .body();
    assertThat(patched.at("/spec/ports").findValuesAsText("targetPort"))
        .containsExactly("9090", "91");
    assertThat(patched.at("/spec/selector").toString()).isEqualTo("{\"e\":\"c\"}");
    assertThat(
            client
                .patch(path, "json-patch", "[{\"op\":\"remove\",\"path\":\"/spec/none\"}]")
                .code())
        .isEqualTo(422);
  }

  @Test
  void eventsAreTheSameObjectsInBothGroups() throws Exception {
    Answer created =
        client.post(
            "/apis/events.k8s.io/v1/namespaces/default/events",
            "{\"apiVersion\":\"events.k8s.io/v1\",\"kind\":\"Event\",\"metadata\":{\"generateName\":\"web.\"},"
                + "\"note\":\"skipped\",\"regarding\":{\"name\":\"web\"},\"reportingController\":\"ferrule\"}");
    assertThat(created.code()).isEqualTo(201);
    assertThat(created.body().path("note").asText()).isEqualTo("skipped");
    JsonNode core = client.get("/api/v1/events").body().at("/items/0");
    assertThat(core.path("message").asText()).isEqualTo("skipped");
    assertThat(core.at("/involvedObject/name").asText()).isEqualTo("web");
    assertThat(core.path("reportingComponent").asText()).isEqualTo("ferrule");
    String name = core.at("/metadata/name").asText();
    assertThat(name).startsWith("web.");
    JsonNode series =
        client
            .patch(
                "/apis/events.k8s.io/v1/namespaces/default/events/" + name,
                "merge-patch",
                "{\"series\":{\"count\":2},\"note\":\"skipped again\"}")
            .body();
    assertThat(series.at("/series/count").asInt()).isEqualTo(2);
    assertThat(series.path("note").asText()).isEqualTo("skipped again");
    assertThat(series.has("message")).isFalse();
  }

  @Test
  void deletionAnswersWithAStatusWhereKubernetesDoes() throws Exception {
    server.create(Client.configMap("a"));
    JsonNode uid =
        server.get(Resource.CONFIGMAPS, "default", "a").orElseThrow().at("/metadata/uid");
    Answer deleted = client.send("DELETE", "/api/v1/namespaces/default/configmaps/a", "");
    assertThat(deleted.body().path("status").asText()).isEqualTo("Success");
    assertThat(deleted.body().at("/details/uid")).isEqualTo(uid);
  }

  @Test
  void whatIsInANamespaceGoesWithIt() throws Exception {
    server.create("{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: gone}}");
    assertThat(client.get("/api/v1/namespaces/gone").body().at("/status/phase").asText())
        .isEqualTo("Active");
    client.send("DELETE", "/api/v1/namespaces/gone", "");
    assertThat(client.get("/api/v1/configmaps").body().path("items")).isEmpty();
  }

  @Test
  void aWholeCollectionCanBeDeletedByLabel() throws Exception {
    server.create(Client.service("a", "\"x\": \"1\""));
    server.create(Client.service("b", ""));
    client.send("DELETE", Client.SERVICES + "?labelSelector=x", "");
    assertThat(server.list(Resource.SERVICES))
        .extracting(service -> service.at("/metadata/name").asText())
        .containsExactly("b");
  }
}
