// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.show;

import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.Service;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** {@code metadata} of an object of the API. */
final class ApiMetadata {

  private ApiMetadata() {}

  static Map<String, Object> of(
      ObjectName name, long created, Map<String, String> labels, Map<String, String> annotations) {
    Map<String, Object> metadata = new TreeMap<>();
    metadata.put("name", name.name());
    metadata.put("namespace", name.namespace());
    if (created != Service.UNKNOWN_AGE) {
      metadata.put("creationTimestamp", Instant.ofEpochSecond(created).toString());
    }
    if (!labels.isEmpty()) {
      metadata.put("labels", new TreeMap<>(labels));
    }
    if (!annotations.isEmpty()) {
      metadata.put("annotations", new TreeMap<>(annotations));
    }
    return metadata;
  }
}
