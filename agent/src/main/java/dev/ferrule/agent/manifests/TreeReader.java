// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Builds trees from the tokens of a JSON or YAML parser. It resolves what Jackson leaves to others:
 * YAML aliases (a tree read by Jackson has the alias's name as text) and merge keys, and it refuses
 * fields that are written twice.
 */
final class TreeReader {

  /** Trees that grow by aliases beyond this and beyond ten times what is written are refused. */
  private static final long MAX_NODES_BY_ALIASES = 100_000;

  private static final String MERGE = "<<";

  private record Anchored(JsonNode node, long size) {}

  private final JsonParser parser;
  private final @Nullable YAMLParser yaml;
  private final JsonNodeFactory nodes = JsonNodeFactory.instance;
  private final Map<String, Anchored> anchors = new HashMap<>();
  private @Nullable JsonNode rootMerge;
  private long written;
  private long total;

  TreeReader(JsonParser parser) {
    this.parser = parser;
    this.yaml = parser instanceof YAMLParser yamlParser ? yamlParser : null;
  }

  /** Anchors hold within one document. */
  void startDocument() {
    anchors.clear();
    rootMerge = null;
    written = 0;
    total = 0;
  }

  ObjectNode newObject() {
    return nodes.objectNode();
  }

  /** Reads the value at the parser into a field of the document's root. */
  void put(ObjectNode root, String name) throws IOException, UnreadableFileException {
    JsonNode value = read();
    if (yaml != null && name.equals(MERGE)) {
      rootMerge = value;
    } else {
      set(root, name, value);
    }
  }

  /** Adds what the merge key of the document's root says. */
  void mergeInto(ObjectNode root) throws UnreadableFileException {
    if (rootMerge != null) {
      merge(root, rootMerge);
    }
  }

  /** Reads the value that starts at the parser's current token. */
  JsonNode read() throws IOException, UnreadableFileException {
    if (yaml != null && yaml.isCurrentAlias()) {
      return alias(parser.getText());
    }
    String anchor = yaml == null ? null : yaml.getObjectId();
    long before = total;
    written++;
    total++;
    JsonNode value =
        switch (parser.currentToken()) {
          case START_OBJECT -> readObject();
          case START_ARRAY -> readArray();
          case VALUE_STRING -> nodes.textNode(parser.getText());
          case VALUE_TRUE -> nodes.booleanNode(true);
          case VALUE_FALSE -> nodes.booleanNode(false);
          case VALUE_NUMBER_INT -> integer();
          case VALUE_NUMBER_FLOAT -> nodes.numberNode(parser.getDoubleValue());
          default -> nodes.nullNode();
        };
    if (anchor != null) {
      anchors.put(anchor, new Anchored(value, total - before));
    }
    return value;
  }

  private JsonNode integer() throws IOException {
    return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
        ? nodes.numberNode(parser.getBigIntegerValue())
        : nodes.numberNode(parser.getLongValue());
  }

  private JsonNode readObject() throws IOException, UnreadableFileException {
    ObjectNode object = nodes.objectNode();
    JsonNode merge = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      JsonNode value = read();
      if (yaml != null && name.equals(MERGE)) {
        merge = value;
      } else {
        set(object, name, value);
      }
    }
    if (merge != null) {
      merge(object, merge);
    }
    return object;
  }

  private JsonNode readArray() throws IOException, UnreadableFileException {
    ArrayNode array = nodes.arrayNode();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(read());
    }
    return array;
  }

  private void set(ObjectNode object, String name, JsonNode value) throws UnreadableFileException {
    if (object.has(name)) {
      throw new UnreadableFileException(line(), "\"" + name + "\" is written twice");
    }
    object.set(name, value);
  }

  private void merge(ObjectNode object, JsonNode merge) throws UnreadableFileException {
    if (merge.isArray()) {
      for (JsonNode element : merge) {
        merge(object, element);
      }
    } else if (merge.isObject()) {
      merge
          .properties()
          .forEach(
              field -> {
                if (!object.has(field.getKey())) {
                  object.set(field.getKey(), field.getValue());
                }
              });
    } else {
      throw new UnreadableFileException(line(), "\"<<\" merges objects only");
    }
  }

  private JsonNode alias(String name) throws UnreadableFileException {
    Anchored anchored = anchors.get(name);
    if (anchored == null) {
      throw new UnreadableFileException(line(), "there is no anchor &" + name + " before *" + name);
    }
    total += anchored.size;
    if (total > MAX_NODES_BY_ALIASES && total / 10 > written) {
      throw new UnreadableFileException(
          line(), "aliases make the document more than 10 times larger");
    }
    return anchored.node;
  }

  private int line() {
    return parser.currentTokenLocation().getLineNr();
  }
}
