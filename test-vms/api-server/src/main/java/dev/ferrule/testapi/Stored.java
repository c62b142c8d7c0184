// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;

/** One version of an object. It is kept as the bytes that go out, encoded once. */
final class Stored {

  private final Resource resource;
  private final String namespace;
  private final String name;
  private final long version;
  private final Map<String, String> labels;
  private final byte[] body;

  private Stored(Resource resource, long version, ObjectNode object) {
    JsonNode metadata = object.path("metadata");
    this.resource = resource;
    this.namespace = metadata.path("namespace").asText("");
    this.name = metadata.path("name").asText();
    this.version = version;
    Map<String, String> found = new HashMap<>();
    metadata.path("labels").properties().forEach(e -> found.put(e.getKey(), e.getValue().asText()));
    this.labels = Map.copyOf(found);
    this.body = Json.bytes(object);
  }

  /**
   * With a version written into its metadata.
   *
   * @param object is changed: kind and apiVersion are taken out
   */
  static Stored of(Resource resource, long version, ObjectNode object) {
    object.remove("kind");
    object.remove("apiVersion");
    object.withObject("/metadata").put("resourceVersion", Long.toString(version));
    return new Stored(resource, version, object);
  }

  /** The same at another version. */
  Stored at(long otherVersion) {
    return of(resource, otherVersion, content());
  }

  Resource resource() {
    return resource;
  }

  String namespace() {
    return namespace;
  }

  String name() {
    return name;
  }

  String key() {
    return key(namespace, name);
  }

  /** Orders objects as etcd does. */
  static String key(String namespace, String name) {
    return namespace + "/" + name;
  }

  long version() {
    return version;
  }

  Map<String, String> labels() {
    return labels;
  }

  /** A copy without kind and apiVersion, in the fields it is stored with. */
  ObjectNode content() {
    return Json.parse(body, false);
  }

  /** A copy as clients of this resource see it. */
  ObjectNode object(Resource view) {
    ObjectNode object = Json.object().put("kind", view.kind()).put("apiVersion", view.apiVersion());
    object.setAll(content());
    return view == resource ? object : EventFields.toGroup(object);
  }

  /** Roughly what it takes on the wire, in bytes. */
  int size() {
    return body.length;
  }

  /**
   * Writes it as JSON.
   *
   * @param item true leaves out kind and apiVersion, as the API server does inside of lists
   */
  void write(OutputStream out, Resource view, boolean item) throws IOException {
    if (view != resource) {
      out.write(Json.bytes(object(view)));
    } else if (item) {
      out.write(body);
    } else {
      out.write(resource.start());
      out.write(body, 1, body.length - 1);
    }
  }
}
