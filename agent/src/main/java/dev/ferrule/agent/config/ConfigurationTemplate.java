// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * A configuration file that names every setting with its meaning and default, to begin with. A line
 * without its {@code #} counts; the sections are there already.
 */
public final class ConfigurationTemplate {

  private static final int WIDTH = 100;

  private static final String HEAD =
      """
      # Configuration of Ferrule, a KubeProxyConfiguration as kube-proxy reads it: ferrule-config(5).
      #
      # Every setting is here with its default. To change one, remove its # and write another value.
      # systemctl reload ferrule reads this file again; ferrule plan shows what it would change.

      apiVersion: kubeproxy.config.k8s.io/v1alpha1
      kind: KubeProxyConfiguration
      """;

  private final StringBuilder text = new StringBuilder(HEAD);
  private final Map<String, String> values;

  private ConfigurationTemplate(Map<String, String> values) {
    this.values = new TreeMap<>(values);
  }

  /**
   * The text of the file.
   *
   * @param values what is set in it, by path, instead of being the default
   * @throws IllegalArgumentException if there is no setting of such a path
   */
  public static String text(Map<String, String> values) {
    ConfigurationTemplate template = new ConfigurationTemplate(values);
    template.write(Settings.ALL);
    if (!template.values.isEmpty()) {
      throw new IllegalArgumentException(
          "there are no settings " + String.join(", ", template.values.keySet()));
    }
    return template.text.toString();
  }

  private void write(List<Setting<?>> settings) {
    Map<String, StringBuilder> sections = new LinkedHashMap<>();
    for (Setting<?> setting : settings) {
      int dot = setting.path().indexOf('.');
      String section = dot < 0 ? "" : setting.path().substring(0, dot);
      sections.computeIfAbsent(section, any -> new StringBuilder()).append(entry(setting, dot + 1));
    }
    text.append(sections.remove(""));
    sections.forEach(
        (name, entries) -> text.append('\n').append(name).append(":\n").append(entries));
  }

  private String entry(Setting<?> setting, int nameStart) {
    String indent = nameStart == 0 ? "" : "  ";
    String set = values.remove(setting.path());
    StringBuilder entry = new StringBuilder("\n");
    wrap(SettingText.of(setting).meaning(), indent + "# ", entry);
    return entry
        .append(indent)
        .append(set == null ? "#" : "")
        .append(setting.path().substring(nameStart))
        .append(": ")
        .append(value(setting, set == null ? setting.defaultText() : set))
        .append('\n')
        .toString();
  }

  private static String value(Setting<?> setting, String value) {
    return switch (setting.type().shape()) {
      case NUMBER, TRUTH -> value;
      case LIST -> list(value);
      case TEXT, TEXT_OR_NUMBER -> quoted(value);
    };
  }

  private static String list(String values) {
    StringJoiner list = new StringJoiner(", ", "[", "]");
    for (String value : values.split(",", 0)) {
      if (!value.isEmpty()) {
        list.add(quoted(value));
      }
    }
    return list.toString();
  }

  /** Quotes what YAML might take for something else than text. */
  private static String quoted(String value) {
    return value.matches("[A-Za-z/][A-Za-z0-9/._-]*|[0-9]+[A-Za-z]+") && !value.equals("off")
        ? value
        : '"' + value + '"';
  }

  private static void wrap(String words, String indent, StringBuilder lines) {
    StringBuilder line = new StringBuilder();
    for (String word : words.split(" ", 0)) {
      if (line.length() > 0 && indent.length() + line.length() + 1 + word.length() > WIDTH) {
        lines.append(indent).append(line).append('\n');
        line.setLength(0);
      }
      line.append(line.length() == 0 ? "" : " ").append(word);
    }
    lines.append(indent).append(line).append('\n');
  }
}
