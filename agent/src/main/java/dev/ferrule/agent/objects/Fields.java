// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An object of the API and the path to it. Types are taken as strictly as an API server takes them,
 * and what does not fit is refused with the path to the field. A field that is null is one that is
 * not there.
 *
 * <p>Objects are read field by field instead of into the classes of a client library: that costs a
 * third of the memory and of the time to start.
 */
public final class Fields {

  private static final int MAX_LABEL_VALUE = 63;

  private final JsonNode node;
  private final @Nullable Fields parent;
  private final String field;
  private final int index;

  private Fields(JsonNode node, @Nullable Fields parent, String field, int index) {
    this.node = node;
    this.parent = parent;
    this.field = field;
    this.index = index;
  }

  public static Fields of(JsonNode object) {
    return new Fields(object, null, "", -1);
  }

  /** The object in the field; one without any fields if there is none. */
  public Fields object(String name) {
    JsonNode value = node.path(name);
    if (value.isNull() || value.isMissingNode()) {
      return new Fields(MissingNode.getInstance(), this, name, -1);
    }
    if (!value.isObject()) {
      throw wrongType(at(name), value, "an object");
    }
    return new Fields(value, this, name, -1);
  }

  /** The objects of the list in the field; none if there is no list. */
  public List<Fields> objects(String name) {
    List<Fields> objects = new ArrayList<>();
    JsonNode list = list(name);
    for (int i = 0; i < list.size(); i++) {
      if (!list.get(i).isObject()) {
        throw wrongType(at(name, i), list.get(i), "an object");
      }
      objects.add(new Fields(list.get(i), this, name, i));
    }
    return objects;
  }

  /** The texts of the list in the field; none if there is no list. */
  public List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    JsonNode list = list(name);
    for (int i = 0; i < list.size(); i++) {
      if (!list.get(i).isTextual()) {
        throw wrongType(at(name, i), list.get(i), "text");
      }
      texts.add(list.get(i).textValue());
    }
    return texts;
  }

  /** The texts by name of the object in the field, in order of names. */
  public Map<String, String> textsByName(String name) {
    Map<String, String> texts = new TreeMap<>();
    Fields object = object(name);
    object
        .node
        .properties()
        .forEach(
            entry -> {
              if (!entry.getValue().isTextual()) {
                throw wrongType(
                    object.at(entry.getKey()), entry.getValue(), "text; put it into quotes");
              }
              texts.put(entry.getKey().intern(), shared(entry.getValue().textValue()));
            });
    return texts;
  }

  /** The names of all fields. */
  public List<String> names() {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  public boolean has(String name) {
    return node.hasNonNull(name);
  }

  public @Nullable String text(String name) {
    JsonNode value = node.path(name);
    if (value.isNull() || value.isMissingNode()) {
      return null;
    }
    if (!value.isTextual()) {
      throw wrongType(at(name), value, "text; put it into quotes");
    }
    return value.textValue();
  }

  public String text(String name, String otherwise) {
    String text = text(name);
    return text == null ? otherwise : text;
  }

  public boolean flag(String name, boolean otherwise) {
    JsonNode value = node.path(name);
    if (value.isNull() || value.isMissingNode()) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw wrongType(at(name), value, "true or false");
    }
    return value.booleanValue();
  }

  /** The number in the field, or 0 if there is none. */
  public int number(String name) {
    JsonNode value = node.path(name);
    if (value.isNull() || value.isMissingNode()) {
      return 0;
    }
    if (!value.isIntegralNumber()) {
      throw wrongType(at(name), value, "a whole number");
    }
    if (!value.canConvertToInt()) {
      throw new BadFieldException(at(name), value + " is too large");
    }
    return value.intValue();
  }

  /** Whether the field holds a number rather than text: targetPort may be either. */
  public boolean isNumber(String name) {
    return node.path(name).isNumber();
  }

  /** A port number from 1 to 65,535, or 0 if the field is not there. */
  public int port(String name) {
    int port = number(name);
    if (has(name) && (port < 1 || port > 65_535)) {
      throw new BadFieldException(at(name), port + " is not a port; ports are 1 to 65535");
    }
    return port;
  }

  /** The value of a field that has only a few, by the text of its values. */
  public <T> T choice(String name, Map<String, T> values, T otherwise) {
    String text = text(name);
    if (text == null || text.isEmpty()) {
      return otherwise;
    }
    T value = values.get(text);
    if (value == null) {
      throw new BadFieldException(
          at(name), "\"" + text + "\" is not one of " + String.join(", ", values.keySet()));
    }
    return value;
  }

  public IpAddress address(String name) {
    try {
      return IpAddress.parse(text(name, ""));
    } catch (IllegalArgumentException e) {
      throw bad(name, String.valueOf(e.getMessage()));
    }
  }

  /** The addresses of the list in the field. */
  public List<IpAddress> addresses(String name) {
    List<IpAddress> addresses = new ArrayList<>();
    List<String> texts = texts(name);
    for (int i = 0; i < texts.size(); i++) {
      try {
        addresses.add(IpAddress.parse(texts.get(i)));
      } catch (IllegalArgumentException e) {
        throw new BadFieldException(at(name, i), String.valueOf(e.getMessage()));
      }
    }
    return addresses;
  }

  /** The address ranges of the list in the field; white space around them does not count. */
  public List<Cidr> ranges(String name) {
    List<Cidr> ranges = new ArrayList<>();
    List<String> texts = texts(name);
    for (int i = 0; i < texts.size(); i++) {
      try {
        ranges.add(Cidr.parse(texts.get(i).strip()));
      } catch (IllegalArgumentException e) {
        throw new BadFieldException(at(name, i), String.valueOf(e.getMessage()));
      }
    }
    return ranges;
  }

  /** The path of a field of this object. */
  public String at(String name) {
    String path = path();
    return path.isEmpty() ? name : path + "." + name;
  }

  /** The path of an element of a list of this object. */
  public String at(String name, int element) {
    return at(name) + "[" + element + "]";
  }

  private String path() {
    if (parent == null) {
      return "";
    }
    return index < 0 ? parent.at(field) : parent.at(field, index);
  }

  public BadFieldException bad(String name, String message) {
    return new BadFieldException(at(name), message);
  }

  /** Label values repeat from Pod to Pod; one copy of each is enough. */
  private static String shared(String text) {
    return text.length() <= MAX_LABEL_VALUE ? text.intern() : text;
  }

  private JsonNode list(String name) {
    JsonNode value = node.path(name);
    if (!value.isArray() && !value.isNull() && !value.isMissingNode()) {
      throw wrongType(at(name), value, "a list");
    }
    return value;
  }

  private static BadFieldException wrongType(String path, JsonNode value, String wanted) {
    String found =
        switch (value.getNodeType()) {
          case ARRAY -> "a list";
          case OBJECT -> "an object";
          case STRING -> "the text \"" + value.textValue() + "\"";
          case NUMBER -> "the number " + value;
          case NULL -> "null";
          default -> value.toString();
        };
    return new BadFieldException(path, found + " must be " + wanted);
  }
}
