// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The ways to change an object by telling what is different. */
enum Patch {
  /** RFC 7386. */
  MERGE("application/merge-patch+json"),
  /** A merge patch in which the lists below are merged by a key. */
  STRATEGIC("application/strategic-merge-patch+json"),
  /** RFC 6902. */
  JSON("application/json-patch+json");

  /** Lists that are merged, by their field names: the patchMergeKey of k8s.io/api/core/v1. */
  private static final Map<String, String> MERGE_KEYS =
      Map.of(
          "ports", "port",
          "conditions", "type",
          "addresses", "type",
          "ownerReferences", "uid",
          "containers", "name",
          "initContainers", "name",
          "volumes", "name",
          "env", "name");

  private final String mediaType;

  Patch(String mediaType) {
    this.mediaType = mediaType;
  }

  static Patch of(String contentType) {
    for (Patch patch : values()) {
      if (contentType.startsWith(patch.mediaType)) {
        return patch;
      }
    }
    throw new StatusError(
        415,
        "UnsupportedMediaType",
        "the body of the request was in an unknown format - accepted media types include:"
            + " application/json-patch+json, application/merge-patch+json,"
            + " application/strategic-merge-patch+json");
  }

  /** The object as it shall be; the given one may be changed. */
  ObjectNode apply(JsonNode patch, ObjectNode object) {
    if (this == JSON) {
      for (JsonNode operation : patch) {
        operation(object, operation);
      }
    } else if (patch instanceof ObjectNode fields) {
      merge(object, fields);
    } else {
      throw StatusError.badRequest("the patch is not an object");
    }
    return object;
  }

  private void merge(ObjectNode target, ObjectNode patch) {
    if (this == STRATEGIC && patch.path("$retainKeys").isArray()) {
      List<String> kept = new ArrayList<>();
      patch.path("$retainKeys").forEach(key -> kept.add(key.asText()));
      target.retain(kept);
    }
    if (this == STRATEGIC && patch.path("$patch").asText().equals("replace")) {
      target.removeAll();
    }
    for (Map.Entry<String, JsonNode> field : patch.properties()) {
      String name = field.getKey();
      JsonNode value = field.getValue();
      if (this == STRATEGIC && name.startsWith("$")) {
        if (name.startsWith("$deleteFromPrimitiveList/")) {
          removeValues(target.path(name.substring(name.indexOf('/') + 1)), value);
        }
      } else if (value.isNull()) {
        target.remove(name);
      } else if (value instanceof ObjectNode fields) {
        if (!target.path(name).isObject()) {
          target.putObject(name);
        }
        merge(target.withObject("/" + name.replace("~", "~0").replace("/", "~1")), fields);
      } else if (this == STRATEGIC
          && value instanceof ArrayNode elements
          && MERGE_KEYS.containsKey(name)
          && target.path(name) instanceof ArrayNode list) {
        mergeList(list, elements, MERGE_KEYS.getOrDefault(name, ""));
      } else {
        target.set(name, value);
      }
    }
  }

  private static void removeValues(JsonNode list, JsonNode values) {
    values.forEach(
        value -> {
          for (int i = list.size() - 1; list instanceof ArrayNode array && i >= 0; i--) {
            if (array.get(i).equals(value)) {
              array.remove(i);
            }
          }
        });
  }

  private void mergeList(ArrayNode list, ArrayNode elements, String field) {
    // Containers name the port of theirs differently, and so do slices, whose lists are replaced.
    String key =
        field.equals("port") && elements.at("/0/containerPort").isInt() ? "containerPort" : field;
    for (JsonNode element : elements) {
      String action = element.path("$patch").asText();
      if (action.equals("replace")) {
        list.removeAll();
        continue;
      }
      int at = 0;
      while (at < list.size() && !list.get(at).path(key).equals(element.path(key))) {
        at++;
      }
      if (action.equals("delete")) {
        if (at < list.size()) {
          list.remove(at);
        }
      } else if (at < list.size()) {
        merge((ObjectNode) list.get(at), (ObjectNode) element);
      } else {
        list.add(element);
      }
    }
  }

  private static void operation(ObjectNode object, JsonNode operation) {
    String path = operation.path("path").asText();
    JsonNode value = operation.path("value");
    switch (operation.path("op").asText()) {
      case "add" -> put(object, path, value, true);
      case "replace" -> put(object, path, value, false);
      case "remove" -> remove(object, path);
      case "copy" -> {
        JsonNode copied = object.at(operation.path("from").asText());
        put(object, path, copied.deepCopy(), true);
      }
      case "move" -> {
        JsonNode moved = object.at(operation.path("from").asText());
        remove(object, operation.path("from").asText());
        put(object, path, moved, true);
      }
      case "test" -> {
        if (!object.at(path).equals(value)) {
          throw StatusError.invalidPatch("testing path " + path + " failed");
        }
      }
      default -> throw StatusError.invalidPatch("unexpected kind: " + operation.path("op"));
    }
  }

  private static String last(String path) {
    return path.substring(path.lastIndexOf('/') + 1).replace("~1", "/").replace("~0", "~");
  }

  private static JsonNode parent(ObjectNode object, String path) {
    return object.at(path.substring(0, Math.max(0, path.lastIndexOf('/'))));
  }

  private static void put(ObjectNode object, String path, JsonNode value, boolean add) {
    JsonNode parent = parent(object, path);
    if (parent instanceof ObjectNode fields) {
      fields.set(last(path), value);
    } else if (parent instanceof ArrayNode list && last(path).equals("-")) {
      list.add(value);
    } else if (parent instanceof ArrayNode list && add) {
      list.insert(Integer.parseInt(last(path)), value);
    } else if (parent instanceof ArrayNode list) {
      list.set(Integer.parseInt(last(path)), value);
    } else {
      throw StatusError.invalidPatch("doc is missing path: \"" + path + "\"");
    }
  }

  private static void remove(ObjectNode object, String path) {
    JsonNode parent = parent(object, path);
    JsonNode removed = null;
    if (parent instanceof ObjectNode fields) {
      removed = fields.remove(last(path));
    } else if (parent instanceof ArrayNode list) {
      removed = list.remove(Integer.parseInt(last(path)));
    }
    if (removed == null) {
      throw StatusError.invalidPatch("unable to remove nonexistent key: " + path);
    }
  }
}
