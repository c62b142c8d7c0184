// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import dev.ferrule.agent.config.SettingType.Shape;
import dev.ferrule.agent.config.YamlValue.Kind;
import dev.ferrule.agent.config.YamlValue.Mapping;
import dev.ferrule.agent.config.YamlValue.Scalar;
import dev.ferrule.agent.config.YamlValue.Sequence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds the settings in one KubeProxyConfiguration file. */
final class ConfigurationFile {

  private static final String API_VERSION = "kubeproxy.config.k8s.io/v1alpha1";
  private static final String KIND = "KubeProxyConfiguration";

  private static final Map<String, Setting<?>> BY_PATH =
      Settings.ALL.stream().collect(Collectors.toMap(Setting::path, Function.identity()));

  private final Path file;
  private final Consumer<String> warnings;
  private final Map<Setting<?>, Written> found = new LinkedHashMap<>();

  private ConfigurationFile(Path file, Consumer<String> warnings) {
    this.file = file;
    this.warnings = warnings;
  }

  /**
   * What the file says, unread but of the right shape. Null values are left out.
   *
   * @param warnings takes one line for each field that has no effect
   * @throws ConfigurationException if the file cannot be used
   */
  static Map<Setting<?>, Written> read(Path file, Consumer<String> warnings) {
    ConfigurationFile reading = new ConfigurationFile(file, warnings);
    reading.section("", reading.identified(reading.parsed()).fields());
    return reading.found;
  }

  private @Nullable YamlValue parsed() {
    try {
      return new YamlReader(this::warn).read(Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new ConfigurationException(
          "could not read " + file + ": there is no such file; give its path with --config", e);
    } catch (IOException e) {
      throw new ConfigurationException("could not read " + file + ": " + reason(e), e);
    }
  }

  private static String reason(IOException e) {
    String message = e.getMessage();
    return message == null || message.isBlank() ? e.getClass().getSimpleName() : message.strip();
  }

  private Mapping identified(@Nullable YamlValue document) {
    if (!(document instanceof Mapping mapping)) {
      throw refused(
          document == null ? 1 : document.line(), "this is no configuration", "start with ");
    }
    Map<String, YamlValue> fields = mapping.fields();
    for (String name : List.of("apiVersion", "kind")) {
      String wanted = name.equals("kind") ? KIND : API_VERSION;
      YamlValue value = fields.get(name);
      if (value == null) {
        throw refused(mapping.line(), name + " is missing", "start with ");
      }
      if (!(value instanceof Scalar scalar) || !scalar.text().equals(wanted)) {
        throw refused(value.line(), name + " is " + value.shown(), "Ferrule reads ");
      }
    }
    return mapping;
  }

  private ConfigurationException refused(int line, String problem, String advice) {
    return new ConfigurationException(
        "could not use %s: %s; %sapiVersion: %s, kind: %s"
            .formatted(at(line), problem, advice, API_VERSION, KIND));
  }

  private void section(String prefix, Map<String, YamlValue> fields) {
    fields.forEach((name, value) -> field(prefix + name, value));
  }

  private void field(String path, YamlValue value) {
    Setting<?> setting = BY_PATH.get(path);
    if (setting != null) {
      setting(setting, value);
    } else if (path.equals("apiVersion") || path.equals("kind")) {
      return;
    } else if (isSection(path)) {
      enter(path, value);
    } else {
      IgnoredField.ALL.stream()
          .filter(ignored -> ignored.covers(path))
          .findFirst()
          .ifPresentOrElse(
              ignored -> warnOf(ignored, path, value),
              () ->
                  warn(
                      value.line(),
                      "unknown field " + path + Spelling.hint(path, BY_PATH.keySet())));
    }
  }

  private static boolean isSection(String path) {
    return BY_PATH.keySet().stream().anyMatch(known -> known.startsWith(path + "."));
  }

  private void enter(String path, YamlValue value) {
    if (value instanceof Mapping mapping) {
      section(path + ".", mapping.fields());
    } else if (!(value instanceof Scalar scalar) || scalar.kind() != Kind.NULL) {
      throw wrongShape(path, value, "a section", "write its fields below it, further in");
    }
  }

  private void setting(Setting<?> setting, YamlValue value) {
    if (value instanceof Scalar scalar && scalar.kind() == Kind.NULL) {
      return;
    }
    Shape shape = setting.type().shape();
    List<String> texts =
        shape == Shape.LIST ? items(setting, value) : List.of(scalar(setting, value, shape));
    found.put(setting, new Written(at(value.line()) + ": " + setting.path(), texts, false));
  }

  private List<String> items(Setting<?> setting, YamlValue value) {
    if (!(value instanceof Sequence sequence)) {
      throw wrongShape(setting.path(), value, Shape.LIST.words(), setting.type().advice());
    }
    return sequence.items().stream().map(item -> scalar(setting, item, Shape.TEXT)).toList();
  }

  private String scalar(Setting<?> setting, YamlValue value, Shape shape) {
    if (value instanceof Scalar scalar && fits(scalar.kind(), shape)) {
      return scalar.text();
    }
    throw wrongShape(setting.path(), value, shape.words(), setting.type().advice());
  }

  private static boolean fits(Kind kind, Shape shape) {
    return switch (shape) {
      case TEXT -> kind == Kind.TEXT;
      case NUMBER -> kind == Kind.NUMBER;
      case TRUTH -> kind == Kind.TRUTH;
      case TEXT_OR_NUMBER -> kind == Kind.TEXT || kind == Kind.NUMBER;
      case LIST -> false;
    };
  }

  private ConfigurationException wrongShape(
      String path, YamlValue value, String wanted, String advice) {
    return new ConfigurationException(
        "could not use %s: %s is %s, not %s; %s"
            .formatted(at(value.line()), path, value.shown(), wanted, advice));
  }

  private void warnOf(IgnoredField ignored, String path, YamlValue value) {
    if (!value.isZero()) {
      warn(value.line(), path + " is ignored: " + ignored.reason());
    }
  }

  private void warn(int line, String text) {
    warnings.accept(at(line) + ": " + text);
  }

  private String at(int line) {
    return file + ":" + line;
  }
}
