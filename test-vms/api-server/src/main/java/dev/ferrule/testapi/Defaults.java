// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Completes all but Services: pkg/apis of Kubernetes, the defaults.go of each group. */
final class Defaults {

  private Defaults() {}

  static void complete(Resource resource, ObjectNode object) {
    switch (resource) {
      case SERVICES -> object.withObject("/status/loadBalancer");
      case NAMESPACES -> {
        object.withObject("/status").put("phase", "Active");
        String name = object.at("/metadata/name").asText();
        object.withObject("/metadata/labels").put("kubernetes.io/metadata.name", name);
      }
      case ENDPOINTSLICES -> {
        if (!object.path("addressType").isTextual()) {
          throw StatusError.invalid(
              resource, object.at("/metadata/name").asText(), "addressType: Required value");
        }
        for (JsonNode port : object.path("ports")) {
          fill(port, "name", "");
          fill(port, "protocol", "TCP");
        }
        if (!object.path("endpoints").isArray()) {
          object.putArray("endpoints");
        }
      }
      case ENDPOINTS -> {
        for (JsonNode subset : object.path("subsets")) {
          subset.path("ports").forEach(port -> fill(port, "protocol", "TCP"));
        }
      }
      case DEPLOYMENTS -> {
        if (!object.at("/spec/replicas").isInt()) {
          object.withObject("/spec").put("replicas", 1);
        }
      }
      default -> {
        // Nothing that a proxy would notice.
      }
    }
  }

  private static void fill(JsonNode object, String field, String value) {
    if (!object.path(field).isTextual()) {
      ((ObjectNode) object).put(field, value);
    }
  }
}
