// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import java.util.List;

/**
 * What can be said about one setting.
 *
 * @param path where it stands in the file: {@code conntrack.maxPerCore}
 * @param flags all its spellings on the command line
 * @param value what is to be written, in capitals, or the choices
 * @param defaultText the value if nothing is written; empty if it depends on other settings
 * @param meaning one sentence, or more
 */
public record SettingText(
    String path, List<String> flags, String value, String defaultText, String meaning) {

  /** All settings in the order of the documentation. */
  public static List<SettingText> all() {
    return Settings.ALL.stream().map(SettingText::of).toList();
  }

  static SettingText of(Setting<?> setting) {
    String pending =
        setting.pending().isEmpty() ? "" : " No effect yet: " + setting.pending() + ".";
    return new SettingText(
        setting.path(),
        setting.flags(),
        setting.type().label(),
        setting.defaultText(),
        setting.meaning() + pending);
  }
}
