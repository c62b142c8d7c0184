// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes a file apart into the objects of the API that it holds. The items of a list are handed on
 * as they are complete, so that a file with a whole cluster in one List never is in memory as a
 * whole.
 */
final class ObjectStream {

  /** Takes each object; {@code line} is where it starts. */
  interface Sink {
    void object(JsonNode object, int line);
  }

  private static final String ITEMS = "items";

  private final JsonParser parser;
  private final TreeReader trees;
  private final Sink sink;

  ObjectStream(JsonParser parser, Sink sink) {
    this.parser = parser;
    this.trees = new TreeReader(parser);
    this.sink = sink;
  }

  void readAll() throws IOException, UnreadableFileException {
    while (parser.nextToken() != null) {
      if (parser.currentToken() == JsonToken.START_OBJECT) {
        trees.startDocument();
        readDocument();
      } else {
        int line = parser.currentTokenLocation().getLineNr();
        JsonNode value = trees.read();
        boolean empty = value.isNull() || (value.isTextual() && value.textValue().isBlank());
        if (!empty) {
          throw new UnreadableFileException(line, "expected an object with apiVersion and kind");
        }
      }
    }
  }

  private record Item(JsonNode node, int line) {}

  /** One document: an object, or a list of objects whose kind may only follow after its items. */
  private void readDocument() throws IOException, UnreadableFileException {
    int line = parser.currentTokenLocation().getLineNr();
    ObjectNode root = trees.newObject();
    List<Item> unnamed = new ArrayList<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      boolean list = parser.nextToken() == JsonToken.START_ARRAY && name.equals(ITEMS);
      if (!list) {
        trees.put(root, name);
        continue;
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        Item item = new Item(trees.read(), parser.currentTokenLocation().getLineNr());
        if (item.node.has("kind")) {
          unfold(item);
        } else {
          unnamed.add(item);
        }
      }
      root.putArray(ITEMS);
    }
    trees.mergeInto(root);
    if (!root.path("kind").asText().endsWith("List") || !root.has(ITEMS)) {
      sink.object(root, line);
      return;
    }
    String kind = root.path("kind").asText();
    for (Item item : unnamed) {
      // Items of a ServiceList and the like need not say their kind again.
      if (item.node instanceof ObjectNode object && kind.length() > "List".length()) {
        object.put("kind", kind.substring(0, kind.length() - "List".length()));
        object.set("apiVersion", root.path("apiVersion"));
      }
      sink.object(item.node, item.line);
    }
  }

  /** A list in a list is unfolded as well. */
  private void unfold(Item item) {
    JsonNode items = item.node.path(ITEMS);
    if (item.node.path("kind").asText().endsWith("List") && items.isArray()) {
      items.forEach(inner -> unfold(new Item(inner, item.line)));
    } else {
      sink.object(item.node, item.line);
    }
  }
}
