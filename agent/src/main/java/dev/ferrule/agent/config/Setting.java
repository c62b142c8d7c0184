// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import java.util.ArrayList;
import java.util.List;

/**
 * One thing that can be set.
 *
 * @param path where it stands in the file: {@code conntrack.maxPerCore}
 * @param aliases kube-proxy's flags for it; two settings may share one, which then sets both
 * @param defaultText the value if nothing is written; empty if it depends on other settings
 * @param meaning one sentence for the help text and the documentation
 * @param pending why it has no effect yet; empty if it has
 */
record Setting<T>(
    String path,
    List<String> aliases,
    SettingType<T> type,
    String defaultText,
    String meaning,
    String pending) {

  /** Ferrule's own settings stand under this key, where kube-proxy does not look. */
  static final String OWN_SECTION = "ferrule.";

  Setting {
    aliases = List.copyOf(aliases);
  }

  /** A setting that is in effect. */
  static <T> Setting<T> of(
      String path, SettingType<T> type, String defaultText, String meaning, String... aliases) {
    return new Setting<>(path, List.of(aliases), type, defaultText, meaning, "");
  }

  /** The same setting, not in effect yet. */
  Setting<T> pending(String reason) {
    return new Setting<>(path, aliases, type, defaultText, meaning, reason);
  }

  /** The flag of the same name first, then kube-proxy's spelling. */
  List<String> flags() {
    String name = path.startsWith(OWN_SECTION) ? path.substring(OWN_SECTION.length()) : path;
    List<String> flags = new ArrayList<>(List.of("--" + name));
    flags.addAll(aliases);
    return flags;
  }
}
