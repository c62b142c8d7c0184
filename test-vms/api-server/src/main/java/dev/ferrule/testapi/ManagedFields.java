// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who set which field, as the API server notes it for server-side apply. Nobody here reads it, but
 * it is a large part of real lists. All fields count as set by one controller.
 */
final class ManagedFields {

  private static final Set<String> SYSTEM =
      Set.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp", "generation");

  private ManagedFields() {}

  static void write(Resource resource, ObjectNode object) {
    ObjectNode metadata = object.withObject("/metadata");
    metadata.remove("managedFields");
    ObjectNode fields = fields(object);
    ObjectNode entry = metadata.putArray("managedFields").addObject();
    entry
        .put("manager", "kube-controller-manager")
        .put("operation", "Update")
        .put("apiVersion", resource.apiVersion())
        .put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
        .put("fieldsType", "FieldsV1")
        .set("fieldsV1", fields.without(List.of("f:kind", "f:apiVersion")));
    ((ObjectNode) fields.path("f:metadata")).remove(SYSTEM.stream().map("f:"::concat).toList());
  }

  private static ObjectNode fields(JsonNode object) {
    ObjectNode fields = Json.object();
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      fields.set("f:" + field.getKey(), value(field.getKey(), field.getValue()));
    }
    return fields;
  }

  private static ObjectNode value(String name, JsonNode value) {
    boolean service = name.equals("ports") && value.at("/0").has("targetPort");
    if (value instanceof ArrayNode list && (service || name.equals("ownerReferences"))) {
      // Lists with keys; all others have one owner as a whole.
      ObjectNode elements = Json.object();
      for (JsonNode element : list) {
        String key =
            service
                ? "k:{\"port\":%s,\"protocol\":%s}"
                    .formatted(element.path("port"), element.path("protocol"))
                : "k:{\"uid\":%s}".formatted(element.path("uid"));
        elements.set(key, service ? fields(element) : Json.object());
      }
      return elements;
    }
    return value.isObject() ? fields(value) : Json.object();
  }
}
