// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/** What {@code kubectl get} prints: pkg/printers/internalversion of Kubernetes. */
final class Tables {

  /** Priority 1 is shown with {@code -o wide} only. */
  private record Column(String name, int priority, Function<JsonNode, String> cell) {}

  private static final Column AGE = new Column("Age", 0, Tables::age);

  private static final Map<Resource, List<Column>> COLUMNS =
      Map.of(
          Resource.SERVICES,
          List.of(
              new Column("Type", 0, o -> o.at("/spec/type").asText()),
              new Column("Cluster-IP", 0, o -> or(o.at("/spec/clusterIP").asText(), "<none>")),
              new Column("External-IP", 0, Tables::externalAddresses),
              new Column("Port(s)", 0, Tables::servicePorts),
              AGE,
              new Column("Selector", 1, o -> labels(o.at("/spec/selector")))),
          Resource.ENDPOINTSLICES,
          List.of(
              new Column("AddressType", 0, o -> o.path("addressType").asText()),
              new Column("Ports", 0, o -> joined(o.path("ports"), p -> p.path("port").asText())),
              new Column(
                  "Endpoints",
                  0,
                  o -> joined(o.path("endpoints"), e -> e.at("/addresses/0").asText())),
              AGE),
          Resource.NODES,
          List.of(
              new Column("Status", 0, Tables::nodeStatus),
              new Column("Roles", 0, o -> "<none>"),
              AGE,
              new Column("Version", 0, o -> o.at("/status/nodeInfo/kubeletVersion").asText())));

  private Tables() {}

  static ObjectNode of(Resource view, List<Stored> objects, ObjectNode metadata) {
    List<Column> columns = COLUMNS.getOrDefault(view, List.of(AGE));
    ObjectNode table = Json.object().put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
    table.set("metadata", metadata);
    ArrayNode definitions = table.putArray("columnDefinitions");
    define(definitions, "Name", "name", 0);
    columns.forEach(column -> define(definitions, column.name(), "", column.priority()));
    ArrayNode rows = table.putArray("rows");
    for (Stored stored : objects) {
      ObjectNode object = stored.object(view);
      ArrayNode cells = rows.addObject().putArray("cells").add(stored.name());
      columns.forEach(column -> cells.add(column.cell().apply(object)));
      ObjectNode partial = ((ObjectNode) rows.get(rows.size() - 1)).putObject("object");
      partial.put("kind", "PartialObjectMetadata").put("apiVersion", "meta.k8s.io/v1");
      partial.set("metadata", object.get("metadata"));
    }
    return table;
  }

  private static void define(ArrayNode definitions, String name, String format, int priority) {
    definitions
        .addObject()
        .put("name", name)
        .put("type", "string")
        .put("format", format)
        .put("description", name)
        .put("priority", priority);
  }

  private static String or(String text, String otherwise) {
    return text.isEmpty() ? otherwise : text;
  }

  private static String joined(JsonNode list, Function<JsonNode, String> text) {
    List<String> texts = StreamSupport.stream(list.spliterator(), false).map(text).toList();
    int shown = Math.min(3, texts.size());
    String more = texts.size() > shown ? " + " + (texts.size() - shown) + " more..." : "";
    return or(String.join(",", texts.subList(0, shown)) + more, "<unset>");
  }

  private static String externalAddresses(JsonNode service) {
    List<String> addresses = new ArrayList<>();
    String type = service.at("/spec/type").asText();
    if (type.equals("ExternalName")) {
      return service.at("/spec/externalName").asText();
    }
    service
        .at("/status/loadBalancer/ingress")
        .forEach(i -> addresses.add(or(i.path("ip").asText(), i.path("hostname").asText())));
    service.at("/spec/externalIPs").forEach(ip -> addresses.add(ip.asText()));
    boolean waits = type.equals("LoadBalancer");
    return or(String.join(",", addresses), waits ? "<pending>" : "<none>");
  }

  private static String servicePorts(JsonNode service) {
    List<String> ports = new ArrayList<>();
    for (JsonNode port : service.at("/spec/ports")) {
      String nodePort = port.has("nodePort") ? ":" + port.path("nodePort").asInt() : "";
      ports.add(port.path("port").asInt() + nodePort + "/" + port.path("protocol").asText());
    }
    return or(String.join(",", ports), "<none>");
  }

  private static String labels(JsonNode labels) {
    List<String> texts = new ArrayList<>();
    labels.properties().forEach(l -> texts.add(l.getKey() + "=" + l.getValue().asText()));
    return or(String.join(",", texts), "<none>");
  }

  private static String nodeStatus(JsonNode node) {
    for (JsonNode condition : node.at("/status/conditions")) {
      if (condition.path("type").asText().equals("Ready")) {
        return condition.path("status").asText().equals("True") ? "Ready" : "NotReady";
      }
    }
    return "Unknown";
  }

  private static String age(JsonNode object) {
    Instant created = Instant.parse(object.at("/metadata/creationTimestamp").asText());
    Duration age = Duration.between(created, Instant.now());
    return age.toMinutes() < 2
        ? Math.max(0, age.toSeconds()) + "s"
        : age.toHours() < 3
            ? age.toMinutes() + "m"
            : age.toDays() < 2 ? age.toHours() + "h" : age.toDays() + "d";
  }
}
