// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The flags {@code --config} and one for each setting, to be mixed into a command:
 *
 * <pre>{@code
 * @Mixin ConfigurationOptions options;
 * }</pre>
 */
public final class ConfigurationOptions {

  private static final String HEADING =
      "%nSettings; each may stand in the file as well (see docs/configuration.md):%n";

  private static final int SECTION_ORDER = 1;

  private final ConfigurationLoader loader = new ConfigurationLoader(HostName::read);
  private final Map<Setting<?>, Written> flags = new LinkedHashMap<>();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "KubeProxyConfiguration file; a flag wins over what it says.")
  private @Nullable Path file;

  /**
   * The configuration of file and flags.
   *
   * @param warnings takes one line for each thing that is written and has no effect, each once
   * @throws ConfigurationException with one sentence for the administrator
   */
  public Configuration resolve(Consumer<String> warnings) {
    return read(warnings).configuration();
  }

  /** The same, with what is written, for a daemon that reads it again. */
  public ReadConfiguration read(Consumer<String> warnings) {
    return loader.read(file, flags, warnings);
  }

  /** The file given with {@code --config}, for a daemon that looks out for changes. */
  public @Nullable Path file() {
    return file;
  }

  /** Called by picocli with the command that these options are mixed into. */
  @Spec(Spec.Target.MIXEE)
  void addFlags(CommandSpec command) {
    Map<List<Setting<?>>, List<String>> names = new LinkedHashMap<>();
    settingsByFlag()
        .forEach(
            (flag, settings) ->
                names.computeIfAbsent(settings, any -> new ArrayList<>()).add(flag));
    ArgGroupSpec.Builder group =
        ArgGroupSpec.builder().exclusive(false).heading(HEADING).order(SECTION_ORDER);
    names.forEach((settings, flags) -> group.addArg(option(flags, settings)));
    command.addArgGroup(group.build());
    command.usageMessage().abbreviateSynopsis(true);
  }

  private static Map<String, List<Setting<?>>> settingsByFlag() {
    Map<String, List<Setting<?>>> settings = new LinkedHashMap<>();
    for (Setting<?> setting : Settings.ALL) {
      for (String flag : setting.flags()) {
        settings.computeIfAbsent(flag, any -> new ArrayList<>()).add(setting);
      }
    }
    return settings;
  }

  private static String description(Setting<?> setting) {
    return setting.defaultText().isEmpty()
        ? setting.meaning()
        : setting.meaning() + " Default: " + setting.defaultText() + ".";
  }

  /** One flag in all its spellings; it sets each of the settings. */
  private OptionSpec option(List<String> names, List<Setting<?>> settings) {
    Setting<?> setting = settings.get(0);
    OptionSpec.Builder option =
        OptionSpec.builder(names.toArray(String[]::new))
            .paramLabel(setting.type().label())
            .hideParamSyntax(setting.type().shape() == SettingType.Shape.LIST)
            .description(description(setting));
    switch (setting.type().shape()) {
      case LIST -> option.type(String[].class).splitRegex(",").arity("1");
      case TRUTH -> option.type(Boolean.class).arity("0..1").fallbackValue("true");
      default -> option.type(String.class).arity("1");
    }
    String where = "flag " + names.get(names.size() - 1);
    FlagValue value = new FlagValue(where, settings, flags);
    return option.getter(value).setter(value).build();
  }
}
