// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;

/** What the server can do: versions, groups and resources, as kubectl asks before anything else. */
final class Discovery {

  /** Of Kubernetes, whose behaviour is followed. */
  static final String VERSION = "v1.34.0";

  /** Paths that answer just ok. */
  static final Set<String> HEALTH = Set.of("/healthz", "/livez", "/readyz");

  private Discovery() {}

  static ObjectNode answer(String path) {
    String plain =
        path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    if (plain.equals("/version")) {
      return Json.object()
          .put("major", "1")
          .put("minor", "34")
          .put("gitVersion", VERSION)
          .put("gitCommit", "")
          .put("gitTreeState", "clean")
          .put("buildDate", "2025-08-27T00:00:00Z")
          .put("goVersion", "")
          .put("compiler", "")
          .put("platform", "linux/amd64");
    }
    if (plain.equals("/api")) {
      ObjectNode versions = Json.object().put("kind", "APIVersions");
      versions.putArray("versions").add("v1");
      versions.putArray("serverAddressByClientCIDRs");
      return versions;
    }
    if (plain.equals("/apis")) {
      ObjectNode list = Json.object().put("kind", "APIGroupList").put("apiVersion", "v1");
      ArrayNode groups = list.putArray("groups");
      groups().forEach(group -> groups.add(group(group)));
      return list;
    }
    if (plain.equals("/api/v1")) {
      return resources("", "v1");
    }
    for (String group : groups()) {
      if (plain.equals("/apis/" + group)) {
        return group(group).put("kind", "APIGroup").put("apiVersion", "v1");
      }
      if (plain.equals("/apis/" + group + "/v1")) {
        return resources(group, group + "/v1");
      }
    }
    throw StatusError.noSuchPath();
  }

  private static List<String> groups() {
    return Resource.all().stream()
        .map(Resource::group)
        .filter(group -> !group.isEmpty())
        .distinct()
        .toList();
  }

  private static ObjectNode group(String name) {
    ObjectNode version = Json.object().put("groupVersion", name + "/v1").put("version", "v1");
    ObjectNode group = Json.object().put("name", name);
    group.putArray("versions").add(version);
    group.set("preferredVersion", version);
    return group;
  }

  private static ObjectNode resources(String group, String version) {
    ObjectNode list =
        Json.object()
            .put("kind", "APIResourceList")
            .put("apiVersion", "v1")
            .put("groupVersion", version);
    ArrayNode resources = list.putArray("resources");
    for (Resource resource : Resource.all()) {
      if (!resource.group().equals(group)) {
        continue;
      }
      ObjectNode entry = entry(resources, resource, "");
      entry.put("singularName", resource.singular());
      verbs(
          entry,
          List.of(
              "create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"));
      ArrayNode shortNames = Json.MAPPER.createArrayNode();
      resource.shortNames().forEach(shortNames::add);
      if (!shortNames.isEmpty()) {
        entry.set("shortNames", shortNames);
      }
      if (resource == Resource.SERVICES) {
        entry.putArray("categories").add("all");
      }
      if (resource.withStatus()) {
        verbs(
            entry(resources, resource, "/status").put("singularName", ""),
            List.of("get", "patch", "update"));
      }
    }
    return list;
  }

  private static ObjectNode entry(ArrayNode resources, Resource resource, String suffix) {
    return resources
        .addObject()
        .put("name", resource.plural() + suffix)
        .put("namespaced", resource.namespaced())
        .put("kind", resource.kind());
  }

  private static void verbs(ObjectNode entry, List<String> verbs) {
    ArrayNode array = entry.putArray("verbs");
    verbs.forEach(array::add);
  }
}
