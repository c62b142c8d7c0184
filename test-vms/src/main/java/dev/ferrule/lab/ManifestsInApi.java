// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.ferrule.testapi.ApiServer;
import dev.ferrule.testapi.Resource;
import dev.ferrule.testapi.StatusError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The objects of a folder of manifests in an API server. */
public final class ManifestsInApi {

  private static final YAMLMapper YAML = new YAMLMapper();

  private record Id(Resource resource, String namespace, String name) {}

  private final Path folder;
  private final ApiServer api;
  private Map<Id, JsonNode> present = new LinkedHashMap<>();

  /** Nothing is there before {@link #update}. */
  public ManifestsInApi(Path folder, ApiServer api) {
    this.folder = folder;
    this.api = api;
  }

  /** Creates, changes and deletes what is different. */
  public void update() throws IOException {
    Map<Id, JsonNode> wanted = wanted();
    present.forEach(
        (id, object) -> {
          if (!wanted.containsKey(id)) {
            api.delete(id.resource(), id.namespace(), id.name());
          }
        });
    wanted.forEach(
        (id, object) -> {
          if (!object.equals(present.get(id))) {
            write(api, id, object);
          }
        });
    present = wanted;
  }

  /**
   * What an API server would not let pass may be in one all the same: it was made by another
   * version, or another path.
   */
  private static void write(ApiServer api, Id id, JsonNode object) {
    Optional<ObjectNode> stored = api.get(id.resource(), id.namespace(), id.name());
    try {
      if (object.at("/metadata").has("creationTimestamp")) {
        api.restore(object);
      } else if (stored.isEmpty()) {
        api.create(object);
      } else {
        api.update(keepingAddresses(stored, object));
      }
    } catch (StatusError e) {
      api.restore(object);
    }
  }

  /** A client that changes a Service does not take away what the API server gave it. */
  private static JsonNode keepingAddresses(Optional<ObjectNode> stored, JsonNode object) {
    ObjectNode copy = object.deepCopy();
    if (stored.isPresent() && copy.path("spec") instanceof ObjectNode spec) {
      for (String field : List.of("clusterIP", "clusterIPs")) {
        JsonNode given = stored.get().path("spec").path(field);
        if (!spec.has(field) && !given.isMissingNode()) {
          spec.set(field, given);
        }
      }
    }
    return copy;
  }

  private Map<Id, JsonNode> wanted() throws IOException {
    Map<Id, JsonNode> wanted = new LinkedHashMap<>();
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
    for (Path file : files) {
      try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(file.toFile())) {
        while (documents.hasNext()) {
          JsonNode object = documents.next();
          wanted.put(id(object), object);
        }
      }
    }
    return wanted;
  }

  private static Id id(JsonNode object) {
    Resource resource = Resource.of(object);
    String namespace = object.at("/metadata/namespace").asText("default");
    return new Id(
        resource, resource.namespaced() ? namespace : "", object.at("/metadata/name").asText());
  }
}
