// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.show;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A language that objects can be printed in. */
public final class ObjectFormat {

  /** {@code -o json}, indented by four blanks. */
  public static final ObjectFormat JSON = new ObjectFormat(jsonWriter());

  /** {@code -o yaml}. */
  public static final ObjectFormat YAML = new ObjectFormat(yamlWriter());

  private final ObjectWriter writer;

  private ObjectFormat(ObjectWriter writer) {
    this.writer = writer;
  }

  /** Services as the API has them, in an object of kind List. */
  public String services(List<ShownService> services) {
    return text(list(services.stream().map(ServiceObject::of).toList()));
  }

  /** One Service as the API has it. */
  public String service(ShownService service) {
    return text(ServiceObject.of(service));
  }

  /** The Endpoints of Services as the API has them, in an object of kind List. */
  public String endpoints(List<ShownService> services) {
    return text(
        list(
            services.stream()
                .filter(service -> !service.isExternalName())
                .map(EndpointsObject::of)
                .toList()));
  }

  /** The Endpoints of one Service as the API has them. */
  public String endpoints(ShownService service) {
    return text(EndpointsObject.of(service));
  }

  private static Map<String, Object> list(List<Map<String, Object>> items) {
    Map<String, Object> list = new TreeMap<>();
    list.put("apiVersion", "v1");
    list.put("kind", "List");
    list.put("metadata", Map.of("resourceVersion", ""));
    list.put("items", items);
    return list;
  }

  private String text(Map<String, Object> object) {
    try {
      String text = writer.writeValueAsString(object);
      return text.endsWith("\n") ? text : text + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps, lists and texts can always be written", e);
    }
  }

  private static ObjectWriter jsonWriter() {
    DefaultIndenter indenter = new DefaultIndenter("    ", "\n");
    Separators separators =
        Separators.createDefaultInstance()
            .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
            .withObjectEmptySeparator("")
            .withArrayEmptySeparator("");
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter(separators);
    printer.indentObjectsWith(indenter);
    printer.indentArraysWith(indenter);
    return new ObjectMapper().writer(printer);
  }

  private static ObjectWriter yamlWriter() {
    YAMLFactory factory =
        YAMLFactory.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .stringQuotingChecker(new YamlQuotes())
            .build();
    return new ObjectMapper(factory).writer();
  }
}
