// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What stood in the file and on the command line at one moment. */
public final class WrittenSettings {

  private final Map<Setting<?>, Written> written;

  WrittenSettings(Map<Setting<?>, Written> written) {
    this.written = Collections.unmodifiableMap(new LinkedHashMap<>(written));
  }

  /** A line for each setting that is written differently now, in the order of the documentation. */
  public List<String> changesFrom(WrittenSettings earlier) {
    return Settings.ALL.stream()
        .filter(setting -> !text(setting).equals(earlier.text(setting)))
        .map(setting -> setting.path() + ": " + earlier.text(setting) + " -> " + text(setting))
        .toList();
  }

  private String text(Setting<?> setting) {
    Written value = written.get(setting);
    if (value == null) {
      String text = setting.defaultText();
      return text.isEmpty() ? "unset" : text + " (default)";
    }
    String text = String.join(",", value.texts());
    return text.isEmpty() ? "\"\"" : text;
  }
}
