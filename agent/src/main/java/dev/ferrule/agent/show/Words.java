// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.show;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Words and spellings that kubectl uses everywhere. */
final class Words {

  static final String NONE = "<none>";

  private Words() {}

  /** The text without what could steer a terminal. */
  static String harmless(String text) {
    return text.replace("\u001b", "^[").replace("\r", "\\r");
  }

  static String orNone(String text) {
    return text.isEmpty() ? NONE : text;
  }

  /** {@code a=1,b=2} in order of keys. */
  static String labels(Map<String, String> labels) {
    return orNone(
        new TreeMap<>(labels)
            .entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(",")));
  }
}
