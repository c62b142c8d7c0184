// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Writes objects as the API server does: completed, checked, one after the other. */
final class Registry {

  /** Which part of an object a write is about. */
  enum Part {
    /** All but the status, as by the main path. */
    MAIN,
    /** The status alone, as by the subresource. */
    STATUS,
    /** Both at once, which only those can who are inside of the server. */
    WHOLE
  }

  private static final List<String> GIVEN_BY_SERVER =
      List.of("uid", "creationTimestamp", "generation", "deletionTimestamp", "managedFields");

  private final Store store;
  private final boolean realisticMetadata;
  private final Allocations allocations = new Allocations();
  private final Random random = new Random(1);

  Registry(Store store, boolean realisticMetadata) {
    this.store = store;
    this.realisticMetadata = realisticMetadata;
  }

  /**
   * Adds an object.
   *
   * @param view the resource as the client named it
   * @param namespace of the request; empty for what is in none
   * @param object is changed
   * @throws StatusError AlreadyExists, NotFound for its namespace, Invalid, BadRequest
   */
  synchronized Stored create(
      Resource view, String namespace, ObjectNode object, Part part, boolean dryRun) {
    Resource resource = view.stored();
    checkKind(view, object);
    ObjectNode content = view == resource ? object : EventFields.toCore(object);
    ObjectNode metadata = content.withObject("/metadata");
    String prefix = metadata.path("generateName").asText();
    if (metadata.path("name").asText().isEmpty() && !prefix.isEmpty()) {
      metadata.put("name", prefix + Integer.toString(random.nextInt(1 << 24) + (1 << 24), 36));
    }
    String name = metadata.path("name").asText();
    if (name.isEmpty()) {
      throw StatusError.invalid(
          resource, name, "metadata.name: Required value: name or generateName is required");
    }
    place(resource, namespace, metadata);
    if (store.get(resource, namespace, name) != null) {
      throw StatusError.alreadyExists(view, name);
    }
    metadata.remove(GIVEN_BY_SERVER);
    metadata.remove("resourceVersion");
    metadata.put("uid", UUID.randomUUID().toString());
    metadata.put("creationTimestamp", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    if (resource.withGeneration()) {
      metadata.put("generation", 1);
    }
    if (part == Part.MAIN && resource.withStatus() && resource != Resource.NODES) {
      content.remove("status");
    }
    complete(resource, content, null);
    return commit(resource, null, null, content, dryRun);
  }

  private static void checkKind(Resource resource, ObjectNode object) {
    String apiVersion = object.path("apiVersion").asText(resource.apiVersion());
    String kind = object.path("kind").asText(resource.kind());
    if (!apiVersion.equals(resource.apiVersion()) || !kind.equals(resource.kind())) {
      throw StatusError.badRequest(
          "%s in version \"%s\" cannot be handled as a %s: no kind \"%s\" is registered for version \"%s\" here"
              .formatted(kind, apiVersion, resource.kind(), kind, apiVersion));
    }
  }

  private void place(Resource resource, String namespace, ObjectNode metadata) {
    if (!resource.namespaced()) {
      metadata.remove("namespace");
      return;
    }
    if (!metadata.path("namespace").asText(namespace).equals(namespace)) {
      throw StatusError.badRequest(
          "the namespace of the provided object does not match the namespace sent on the request");
    }
    if (store.get(Resource.NAMESPACES, "", namespace) == null) {
      throw StatusError.notFound(Resource.NAMESPACES, namespace);
    }
    metadata.put("namespace", namespace);
  }

  /**
   * Changes an object, if it is changed: what makes no difference makes no version either.
   *
   * @param change gets a copy with kind and apiVersion, which it may alter
   * @throws StatusError NotFound; Conflict if the version in the changed object is not the newest
   */
  synchronized Stored change(
      Resource view,
      String namespace,
      String name,
      Part part,
      boolean dryRun,
      UnaryOperator<ObjectNode> change) {
    Resource resource = view.stored();
    Stored before = store.get(resource, namespace, name);
    if (before == null) {
      throw StatusError.notFound(view, name);
    }
    ObjectNode old = before.content();
    ObjectNode wanted = change.apply(before.object(view));
    checkKind(view, wanted);
    ObjectNode metadata = wanted.withObject("/metadata");
    if (!metadata.path("name").asText(name).equals(name)
        || !metadata.path("namespace").asText(namespace).equals(namespace)) {
      throw StatusError.badRequest(
          "the name of the object (%s) does not match the name on the URL (%s)"
              .formatted(metadata.path("name").asText(), name));
    }
    String version = metadata.path("resourceVersion").asText("");
    String uid = metadata.path("uid").asText("");
    if ((!version.isEmpty() && !version.equals(Long.toString(before.version())))
        || (!uid.isEmpty() && !uid.equals(old.at("/metadata/uid").asText()))) {
      throw StatusError.conflict(view, name);
    }
    ObjectNode content = merged(view, part, old, wanted);
    complete(resource, content, old);
    if (content.equals(old)) {
      return before;
    }
    if (resource.withGeneration() && !specification(content).equals(specification(old))) {
      content
          .withObject("/metadata")
          .put("generation", old.at("/metadata/generation").asLong() + 1);
    }
    return commit(resource, before, old, content, dryRun);
  }

  /** Puts an object in as it is, whether it is there already or not. */
  synchronized Stored restore(Resource view, String namespace, ObjectNode object) {
    Resource resource = view.stored();
    ObjectNode content = object.deepCopy();
    content.remove(List.of("kind", "apiVersion"));
    ObjectNode metadata = content.withObject("/metadata");
    if (resource.namespaced()) {
      metadata.put("namespace", namespace);
    }
    String name = metadata.path("name").asText();
    Stored before = store.get(resource, namespace, name);
    if (resource == Resource.SERVICES && before != null) {
      allocations.replace(before.content(), null);
    }
    return store.commit(resource, before, content);
  }

  /** With what cannot be changed, or not by this path, as it was. */
  private static ObjectNode merged(Resource view, Part part, ObjectNode old, ObjectNode wanted) {
    if (part == Part.STATUS) {
      ObjectNode content = old.deepCopy();
      copy(wanted, "status", content);
      return content;
    }
    ObjectNode content = view == view.stored() ? wanted : EventFields.toCore(wanted);
    content.remove(List.of("kind", "apiVersion"));
    if (part == Part.MAIN && view.withStatus()) {
      copy(old, "status", content);
    }
    ObjectNode metadata = content.withObject("/metadata");
    GIVEN_BY_SERVER.forEach(field -> copy(old.path("metadata"), field, metadata));
    for (String field : List.of("name", "namespace", "resourceVersion")) {
      copy(old.path("metadata"), field, metadata);
    }
    return content;
  }

  private static void copy(JsonNode from, String field, ObjectNode to) {
    if (from.has(field)) {
      to.set(field, from.get(field));
    } else {
      to.remove(field);
    }
  }

  private static ObjectNode specification(ObjectNode content) {
    return content.deepCopy().without(List.of("metadata", "status"));
  }

  /**
   * Takes an object away at once.
   *
   * @throws StatusError NotFound
   */
  synchronized Stored delete(Resource view, String namespace, String name) {
    Resource resource = view.stored();
    Stored before = store.get(resource, namespace, name);
    if (before == null) {
      throw StatusError.notFound(view, name);
    }
    if (resource == Resource.NAMESPACES) {
      for (Resource each : Resource.all()) {
        for (Stored inside : store.snapshot(each).objects().values()) {
          if (inside.namespace().equals(name)) {
            delete(inside.resource(), name, inside.name());
          }
        }
      }
    }
    if (resource == Resource.SERVICES) {
      allocations.replace(before.content(), null);
    }
    return store.commit(resource, before, null);
  }

  /** Makes a namespace unless it is there. */
  synchronized void ensureNamespace(String namespace) {
    if (!namespace.isEmpty() && store.get(Resource.NAMESPACES, "", namespace) == null) {
      ObjectNode object = Json.object();
      object.withObject("/metadata").put("name", namespace);
      create(Resource.NAMESPACES, "", object, Part.MAIN, false);
    }
  }

  private void complete(Resource resource, ObjectNode content, @Nullable ObjectNode old) {
    if (resource == Resource.SERVICES) {
      ServiceDefaults.complete(allocations, content, old);
    }
    Defaults.complete(resource, content);
  }

  private Stored commit(
      Resource resource,
      @Nullable Stored before,
      @Nullable ObjectNode old,
      ObjectNode content,
      boolean dryRun) {
    if (realisticMetadata) {
      ManagedFields.write(resource, content);
    }
    if (dryRun) {
      return Stored.of(resource, before == null ? 0 : before.version(), content);
    }
    if (resource == Resource.SERVICES) {
      allocations.replace(old, content);
    }
    return store.commit(resource, before, content);
  }
}
