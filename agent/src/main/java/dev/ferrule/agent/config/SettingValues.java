// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Typed access to what has been written. */
final class SettingValues {

  private final Map<Setting<?>, Written> written;

  SettingValues(Map<Setting<?>, Written> written) {
    this.written = Collections.unmodifiableMap(new LinkedHashMap<>(written));
  }

  /** The value that is written, or the default of the table. */
  <T> T get(Setting<T> setting) {
    return find(setting).orElseGet(() -> byDefault(setting));
  }

  /** The value, if one is written that does not stand for the default. */
  <T> Optional<T> find(Setting<T> setting) {
    return Optional.ofNullable(written.get(setting))
        .filter(value -> !setting.type().unset().test(value))
        .map(value -> read(setting, value));
  }

  /** Whether it stands on the command line. */
  boolean isFlag(Setting<?> setting) {
    Written value = written.get(setting);
    return value != null && value.flag();
  }

  /** Reads every value in the order written: an error in one not in use is found as well. */
  void check() {
    written.keySet().forEach(this::find);
  }

  /** Says of each setting that is not in effect yet, but written to differ, that it has none. */
  void warnOfPending(Consumer<String> warnings) {
    written.forEach(
        (setting, value) -> {
          if (!setting.pending().isEmpty() && differs(setting)) {
            warnings.accept(value.where() + " has no effect: " + setting.pending());
          }
        });
  }

  private <T> boolean differs(Setting<T> setting) {
    return !get(setting).equals(byDefault(setting));
  }

  /** An error about the value of a setting that is right by itself but not with the others. */
  ConfigurationException conflict(Setting<?> setting, String problem) {
    Written value = written.get(setting);
    String where = value == null ? setting.path() : value.where();
    return new ConfigurationException(
        "could not use " + where + ": " + problem + "; " + setting.type().advice());
  }

  private static <T> T byDefault(Setting<T> setting) {
    String text = setting.defaultText();
    List<String> texts =
        setting.type().shape() != SettingType.Shape.LIST
            ? List.of(text)
            : text.isEmpty() ? List.of() : List.of(text.split(","));
    return setting.type().reader().apply(texts);
  }

  private static <T> T read(Setting<T> setting, Written value) {
    try {
      return setting.type().reader().apply(value.texts());
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          "could not use %s: %s; %s"
              .formatted(value.where(), reason(value, e), setting.type().advice()),
          e);
    }
  }

  /** The reason with the value in it, once. */
  private static String reason(Written value, IllegalArgumentException e) {
    String message = String.valueOf(e.getMessage());
    boolean named = value.texts().stream().anyMatch(text -> message.contains("\"" + text + "\""));
    return named ? message : value.quoted() + ": " + message;
  }
}
