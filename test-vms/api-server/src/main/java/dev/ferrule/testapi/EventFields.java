// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * The two sets of field names of an event. What core/v1 calls one way, events.k8s.io/v1 calls
 * another; see pkg/apis/events/v1/conversion.go of Kubernetes.
 */
final class EventFields {

  private static final Map<String, String> CORE_TO_GROUP =
      Map.of(
          "involvedObject", "regarding",
          "message", "note",
          "source", "deprecatedSource",
          "firstTimestamp", "deprecatedFirstTimestamp",
          "lastTimestamp", "deprecatedLastTimestamp",
          "count", "deprecatedCount",
          "reportingComponent", "reportingController");

  private EventFields() {}

  static ObjectNode toGroup(ObjectNode event) {
    CORE_TO_GROUP.forEach((core, group) -> rename(event, core, group));
    return event;
  }

  static ObjectNode toCore(ObjectNode event) {
    CORE_TO_GROUP.forEach((core, group) -> rename(event, group, core));
    return event;
  }

  private static void rename(ObjectNode event, String from, String to) {
    JsonNode value = event.remove(from);
    if (value != null) {
      event.set(to, value);
    }
  }
}
