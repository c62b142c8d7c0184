// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.IGetter;
import picocli.CommandLine.Model.ISetter;

/** Where picocli puts the value of one flag: it sets each of the settings. */
final class FlagValue implements IGetter, ISetter {

  private final String where;
  private final List<Setting<?>> settings;
  private final Map<Setting<?>, Written> flags;
  private @Nullable Object value;

  FlagValue(String where, List<Setting<?>> settings, Map<Setting<?>, Written> flags) {
    this.where = where;
    this.settings = settings;
    this.flags = flags;
  }

  @Override
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals", "NullAway"})
  public <T> T get() {
    return (T) value;
  }

  @Override
  @SuppressWarnings({"unchecked", "NullAway"})
  public <T> T set(T newValue) {
    T earlier = (T) value;
    value = newValue;
    for (Setting<?> setting : settings) {
      if (newValue == null) {
        flags.remove(setting);
      } else {
        flags.put(setting, new Written(where, texts(newValue), true));
      }
    }
    return earlier;
  }

  private static List<String> texts(Object value) {
    return value instanceof Object[] items
        ? Arrays.stream(items).map(String::valueOf).toList()
        : List.of(value.toString());
  }
}
