// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads one YAML or JSON document and keeps line numbers. A field that is there twice is reported
 * and its last value counts, as in Kubernetes; a mapper of Jackson either refuses or hides it.
 */
final class YamlReader {

  private static final Pattern JSON_START = Pattern.compile("\\s*\\{\\s*[\"}]");

  private final BiConsumer<Integer, String> warnings;

  /**
   * @param warnings takes the line and the text of what is odd but can be read
   */
  YamlReader(BiConsumer<Integer, String> warnings) {
    this.warnings = warnings;
  }

  /**
   * The document, or null if the text holds none.
   *
   * @throws IOException if the text is neither YAML nor JSON
   */
  @Nullable YamlValue read(String text) throws IOException {
    JsonFactory format =
        JSON_START.matcher(text).lookingAt() ? new JsonFactory() : new YAMLFactory();
    try (JsonParser parser = format.createParser(text)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        return null;
      }
      YamlValue value = value(parser, first, "", line(parser));
      if (parser.nextToken() != null) {
        warnings.accept(line(parser), "only the first document of the file is read");
      }
      return value;
    }
  }

  /** The value that begins at the token; a field is said to be where its name stands. */
  private YamlValue value(JsonParser parser, JsonToken token, String path, int line)
      throws IOException {
    if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
      throw new IOException(
          "line " + line + ": *" + parser.getText() + " is an alias; write the value out");
    }
    return switch (token) {
      case START_OBJECT -> new YamlValue.Mapping(line, fields(parser, path));
      case START_ARRAY -> new YamlValue.Sequence(line, items(parser, path));
      case VALUE_TRUE, VALUE_FALSE -> scalar(line, YamlValue.Kind.TRUTH, parser.getText());
      case VALUE_NUMBER_INT ->
          scalar(line, YamlValue.Kind.NUMBER, parser.getBigIntegerValue().toString());
      case VALUE_NUMBER_FLOAT -> scalar(line, YamlValue.Kind.NUMBER, parser.getText());
      case VALUE_NULL -> scalar(line, YamlValue.Kind.NULL, "null");
      default -> scalar(line, YamlValue.Kind.TEXT, parser.getText());
    };
  }

  private static YamlValue scalar(int line, YamlValue.Kind kind, String text) {
    return new YamlValue.Scalar(line, kind, text);
  }

  private Map<String, YamlValue> fields(JsonParser parser, String path) throws IOException {
    Map<String, YamlValue> fields = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      int line = line(parser);
      String name = parser.currentName();
      String field = path.isEmpty() ? name : path + "." + name;
      YamlValue earlier = fields.put(name, value(parser, parser.nextToken(), field, line));
      if (earlier != null) {
        warnings.accept(
            line, field + " is there twice; what line " + earlier.line() + " says is lost");
      }
    }
    return fields;
  }

  private List<YamlValue> items(JsonParser parser, String path) throws IOException {
    List<YamlValue> items = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      items.add(value(parser, token, path + "[" + items.size() + "]", line(parser)));
    }
    return items;
  }

  private static int line(JsonParser parser) {
    return parser.currentTokenLocation().getLineNr();
  }
}
