// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.ferrule.lab.LabException;
import dev.ferrule.lab.NamespaceThread;
import dev.ferrule.testapi.ApiServer;
import dev.ferrule.testapi.Options;
import dev.ferrule.testapi.Resource;
import dev.ferrule.testapi.StatusError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Lets a command follow an API server in the node's namespace, and makes the objects there those of
 * the folder at each change.
 */
final class ApiApplier implements Applier {

  private static final YAMLMapper YAML = new YAMLMapper();

  private record Id(Resource resource, String namespace, String name) {}

  private final Place place;
  private final DaemonApplier daemon;
  private Map<Id, JsonNode> present = new LinkedHashMap<>();
  private @Nullable ApiServer server;

  ApiApplier(CommandLine command, Place place) {
    this.place = place;
    this.daemon = new DaemonApplier(command, place);
  }

  @Override
  public void sync() {
    try {
      ApiServer api = server;
      if (api == null) {
        api =
            NamespaceThread.once(place.node(), () -> ApiServer.start(Options.defaults().withTls()));
        // Only what the scenario has in its cluster.
        api.delete(Resource.SERVICECIDRS, "", "kubernetes");
        api.kubeconfig(place.kubeconfig());
        server = api;
      }
      change(api, wanted());
    } catch (Exception e) {
      throw new LabException("could not bring the manifests to the API server", e);
    }
    daemon.sync();
  }

  private void change(ApiServer api, Map<Id, JsonNode> wanted) {
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
    try (Stream<Path> all = Files.list(place.manifests())) {
      files = all.sorted().toList();
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

  @Override
  public void stop() {
    daemon.stop();
  }

  @Override
  public void close() {
    stop();
    if (server != null) {
      server.close();
    }
  }

  @Override
  public Duration patience() {
    return daemon.patience();
  }

  @Override
  public boolean answers() {
    return true;
  }
}
