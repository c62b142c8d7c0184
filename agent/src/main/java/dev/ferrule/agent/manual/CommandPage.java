// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manual;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The page of one command, from what it says about itself. */
final class CommandPage {

  static final int SECTION = 8;

  private final CommandSpec command;
  private final Roff page;

  /**
   * @param date as YYYY-MM-DD
   * @param source the program with its version
   */
  CommandPage(CommandSpec command, String date, String source) {
    this.command = command;
    this.page = new Roff(name().toUpperCase(Locale.ROOT), SECTION, date, source);
  }

  /** The name of the page: {@code ferrule-run}. */
  String name() {
    return command.qualifiedName("-");
  }

  String text() {
    page.name(name(), meaning());
    page.section("SYNOPSIS").command(command.qualifiedName(), synopsis());
    page.section("DESCRIPTION").first(words(command.usageMessage().description()));
    if (command.parent() == null) {
      program();
    }
    positionals();
    options();
    footer();
    page.section("SEE ALSO").first(String.join(", ", others()));
    return page.text();
  }

  /** The first sentence, as apropos shows it. */
  private String meaning() {
    String words = words(command.usageMessage().description());
    int end = words.indexOf(". ");
    return words.substring(0, end < 0 ? words.length() - 1 : end);
  }

  private String synopsis() {
    List<String> words = new ArrayList<>(List.of("[OPTION]..."));
    command.positionalParameters().forEach(parameter -> words.add(parameter.paramLabel()));
    if (!command.subcommands().isEmpty()) {
      words.add("COMMAND");
    }
    return String.join(" ", words);
  }

  private void program() {
    page.paragraph("It acts on the network namespace that it runs in.");
    page.section("COMMANDS");
    command
        .subcommands()
        .forEach(
            (name, line) ->
                page.entry(name, "", words(line.getCommandSpec().usageMessage().description())));
    page.section("FILES");
    page.entry("/etc/ferrule/config.yaml", "", "What the service is started with.");
    page.entry("/etc/ferrule/manifests", "", "Where the service takes Services from at first.");
    page.entry("/etc/default/ferrule", "", "More flags of the service, and options for Java.");
    page.entry("/var/lib/ferrule", "", "What outlives a restart.");
    page.section("ENVIRONMENT");
    page.entry("FERRULE_JAVA", "", "The java program to use, 17 or newer.");
    page.entry("FERRULE_JAVA_OPTS", "", "More options for it.");
    page.entry("FERRULE_TMPDIR", "", "A directory for temporary files, if /tmp will not do.");
  }

  private void positionals() {
    if (command.positionalParameters().isEmpty()) {
      return;
    }
    page.section("ARGUMENTS");
    for (PositionalParamSpec parameter : command.positionalParameters()) {
      page.entry(parameter.paramLabel(), "", words(parameter.description()));
    }
  }

  private void options() {
    page.section("OPTIONS");
    command.options().stream()
        .filter(option -> option.group() == null && !option.hidden())
        .sorted(Comparator.comparing(OptionSpec::longestName))
        .forEach(
            option ->
                page.entry(
                    String.join(", ", option.names()), value(option), words(option.description())));
    if (command.options().stream().anyMatch(option -> option.group() != null)) {
      page.paragraph("Each setting of ferrule-config(5) is a flag, too, and wins over the file.");
    }
  }

  private static String value(OptionSpec option) {
    return option.arity().max() == 0 ? "" : "=" + option.paramLabel();
  }

  private void footer() {
    String words = words(command.usageMessage().footer());
    if (!words.isEmpty()) {
      page.section(words.startsWith("Exit code") ? "EXIT STATUS" : "NOTES").first(words);
    }
  }

  private List<String> others() {
    List<String> others = new ArrayList<>();
    CommandSpec parent = command.parent();
    if (parent == null) {
      command.subcommands().keySet().forEach(name -> others.add(name() + "-" + name + "(8)"));
    } else {
      others.add(parent.name() + "(8)");
    }
    others.add("ferrule-config(5)");
    return others;
  }

  /** What stands in an annotation is a format string. */
  private static String words(String[] lines) {
    return String.join(" ", lines).replace("%n", " ").replace("%%", "%").strip();
  }
}
