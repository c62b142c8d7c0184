// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import java.util.List;
import java.util.Map;

/** A value of a YAML or JSON document with the line it stands in. */
sealed interface YamlValue {

  int line();

  /** A value without parts; {@code text} is what is written, without quotes. */
  record Scalar(int line, Kind kind, String text) implements YamlValue {}

  record Sequence(int line, List<YamlValue> items) implements YamlValue {
    public Sequence {
      items = List.copyOf(items);
    }
  }

  /** Fields in the order of the document. */
  record Mapping(int line, Map<String, YamlValue> fields) implements YamlValue {}

  /** What a scalar is. */
  enum Kind {
    TEXT,
    NUMBER,
    TRUTH,
    NULL
  }

  /** Whether Go would leave the field at its zero value: kubeadm writes such fields out. */
  default boolean isZero() {
    if (this instanceof Scalar scalar) {
      return switch (scalar.kind()) {
        case NULL -> true;
        case TRUTH -> scalar.text().equals("false");
        case NUMBER -> scalar.text().matches("0(\\.0*)?");
        case TEXT -> scalar.text().matches("|0|0s");
      };
    }
    return this instanceof Sequence sequence
        ? sequence.items().isEmpty()
        : ((Mapping) this).fields().values().stream().allMatch(YamlValue::isZero);
  }

  /** What is written, shortened for a message. */
  default String shown() {
    if (this instanceof Scalar scalar) {
      return scalar.kind() == Kind.TEXT ? "\"" + scalar.text() + "\"" : scalar.text();
    }
    return this instanceof Sequence ? "a list" : "a section";
  }
}
