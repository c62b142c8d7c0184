// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ferrule.agent.cluster.ApiException.Kind;
import java.io.IOException;
import java.io.InputStream;

/** Reads lists and watches object by object, each thrown away before the next is read. */
final class ApiObjects {

  /** What is inside is as large as the rest of an object, and of no use here. */
  private static final String MANAGED_FIELDS = "managedFields";

  private static final int DEEPEST = 100;
  private static final JsonMapper JSON = new JsonMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private ApiObjects() {}

  /** Takes objects. */
  @FunctionalInterface
  interface Sink {
    void object(ObjectNode object);
  }

  /**
   * The end of a list.
   *
   * @param version the state of the server that it shows
   * @param more what to ask for the next part with; empty for none
   */
  record ListEnd(String version, String more) {}

  /**
   * Reads a list.
   *
   * @param kind of the objects in it; a list of other objects is refused before any is handed on
   */
  static ListEnd list(InputStream from, dev.ferrule.agent.objects.Kind kind, Sink sink)
      throws ApiException {
    try (JsonParser parser = JSON.createParser(from)) {
      return list(parser, kind, sink);
    } catch (IOException e) {
      throw broken(e);
    }
  }

  private static ListEnd list(JsonParser parser, dev.ferrule.agent.objects.Kind kind, Sink sink)
      throws IOException, ApiException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new ApiException(Kind.GARBLED, "the answer is no object");
    }
    ObjectNode head = NODES.objectNode();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken token = parser.nextToken();
      if (!name.equals("items") || token != JsonToken.START_ARRAY) {
        head.set(name, value(parser, 0));
        continue;
      }
      requireList(head, kind);
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        if (value(parser, 0) instanceof ObjectNode object) {
          // The items of a list do not say again what they are.
          object.put("kind", kind.text());
          object.put("apiVersion", kind.apiVersion());
          sink.object(object);
        }
      }
    }
    requireList(head, kind);
    JsonNode metadata = head.path("metadata");
    String version = metadata.path("resourceVersion").asText("");
    if (version.isEmpty() || parser.currentToken() != JsonToken.END_OBJECT) {
      throw new ApiException(Kind.GARBLED, "the list has no resourceVersion");
    }
    return new ListEnd(version, metadata.path("continue").asText(""));
  }

  private static void requireList(ObjectNode head, dev.ferrule.agent.objects.Kind kind)
      throws ApiException {
    String wanted = kind.apiVersion() + " " + kind.text() + "List";
    String found = head.path("apiVersion").asText("") + " " + head.path("kind").asText("");
    if (!found.equals(wanted)) {
      throw new ApiException(
          Kind.GARBLED, "the answer is \"" + found + "\" and not \"" + wanted + "\"");
    }
  }

  /** The events of a watch; each is an object with type and object. */
  static void watch(InputStream from, Sink sink) throws ApiException {
    try (JsonParser parser = JSON.createParser(from)) {
      JsonToken token;
      while ((token = parser.nextToken()) != null) {
        if (token != JsonToken.START_OBJECT
            || !(value(parser, 0) instanceof ObjectNode event)
            || !event.path("object").isObject()) {
          throw new ApiException(Kind.GARBLED, "the watch sends something that is no event");
        }
        sink.object(event);
      }
    } catch (IOException e) {
      throw broken(e);
    }
  }

  private static JsonNode value(JsonParser parser, int depth) throws IOException, ApiException {
    if (depth > DEEPEST) {
      throw new ApiException(Kind.GARBLED, "the answer is nested too deeply");
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        ObjectNode object = NODES.objectNode();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          parser.nextToken();
          if (name.equals(MANAGED_FIELDS)) {
            parser.skipChildren();
          } else {
            object.set(name, value(parser, depth + 1));
          }
        }
        yield object;
      }
      case START_ARRAY -> {
        ArrayNode array = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          array.add(value(parser, depth + 1));
        }
        yield array;
      }
      case VALUE_STRING -> NODES.textNode(parser.getText());
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NUMBER_INT -> NODES.numberNode(parser.getLongValue());
      case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDoubleValue());
      default -> NODES.nullNode();
    };
  }

  private static ApiException broken(IOException e) {
    if (e instanceof BodyStream.SilenceException) {
      return new ApiException(Kind.SILENT, Reasons.of(e));
    }
    if (e instanceof StreamReadException bad) {
      return new ApiException(Kind.GARBLED, "the answer is no JSON: " + bad.getOriginalMessage());
    }
    return new ApiException(Kind.UNREACHABLE, String.valueOf(e.getMessage()));
  }
}
