// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** How objects are read and written. */
final class Json {

  // managedFields have names with UIDs in them, which no table of names should keep.
  static final ObjectMapper MAPPER =
      new ObjectMapper(
          JsonFactory.builder().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).build());
  private static final YAMLMapper YAML = new YAMLMapper();

  private Json() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static byte[] bytes(JsonNode tree) {
    try {
      return MAPPER.writeValueAsBytes(tree);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads anything.
   *
   * @throws StatusError BadRequest if it is no JSON
   */
  static JsonNode tree(byte[] text) {
    try {
      return MAPPER.readTree(text);
    } catch (IOException e) {
      throw StatusError.badRequest("the body could not be read: " + e.getMessage());
    }
  }

  /**
   * Reads one object.
   *
   * @throws StatusError BadRequest if it is none
   */
  static ObjectNode parse(byte[] text, boolean yaml) {
    try {
      if ((yaml ? YAML : MAPPER).readTree(text) instanceof ObjectNode object) {
        return object;
      }
      throw StatusError.badRequest("the body is not an object");
    } catch (IOException e) {
      throw StatusError.badRequest("the body could not be read: " + e.getMessage());
    }
  }

  /** All documents of a YAML or JSON text; Lists are taken apart. */
  static List<ObjectNode> documents(String text) throws IOException {
    List<ObjectNode> objects = new ArrayList<>();
    try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(text)) {
      while (documents.hasNextValue()) {
        JsonNode document = documents.nextValue();
        if (document.path("items").isArray()) {
          document.path("items").forEach(item -> objects.add((ObjectNode) item));
        } else if (document instanceof ObjectNode object) {
          objects.add(object);
        }
      }
    }
    return objects;
  }
}
