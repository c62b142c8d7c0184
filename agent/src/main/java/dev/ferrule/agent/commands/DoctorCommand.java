// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.config.Configuration;
import dev.ferrule.agent.config.ConfigurationException;
import dev.ferrule.agent.config.ConfigurationOptions;
import dev.ferrule.agent.doctor.Doctor;
import dev.ferrule.agent.doctor.Finding;
import dev.ferrule.agent.doctor.FindingsJson;
import dev.ferrule.agent.doctor.FindingsText;
import dev.ferrule.agent.doctor.Host;
import dev.ferrule.agent.doctor.Inputs;
import dev.ferrule.agent.objects.Problem;
import dev.ferrule.rules.compile.ForwardingTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description =
        "Looks for what on this host stands in the way of our rules, and says what to do about it."
            + " Changes nothing. Without root it sees less, and says so.",
    footer = "Exit code 0: nothing worse than notes. 4: warnings. 5: errors. 1: it could not look.")
final class DoctorCommand implements Callable<Integer> {

  private enum Format {
    TEXT,
    JSON
  }

  @Mixin private SourceOptions source;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "text|json",
      defaultValue = "text",
      description = "For a person or for a program (default: text).")
  private Format format;

  @Option(names = "--verbose", description = "List what is as it should be as well.")
  private boolean verbose;

  @Override
  public Integer call() {
    List<Finding> before = new ArrayList<>();
    Configuration configuration;
    boolean readable = true;
    try {
      configuration = source.configuration();
      before.add(Inputs.configuration(""));
    } catch (ConfigurationException e) {
      before.add(Inputs.configuration(String.valueOf(e.getMessage())));
      configuration = new ConfigurationOptions().resolve(warning -> {});
      readable = false;
    }
    ForwardingTable forwarding = readable && source.given() ? load(before) : null;
    List<Finding> findings =
        Doctor.examine(new Host(Path.of("/"), configuration, forwarding), before);
    System.out.print(
        format == Format.JSON
            ? FindingsJson.of(findings)
            : FindingsText.of(findings, verbose, Terminal.hasColour()));
    return switch (Doctor.worst(findings)) {
      case OK, NOTE -> ExitCode.OK;
      case WARNING -> ExitCode.WARNINGS;
      case ERROR -> ExitCode.ERRORS_FOUND;
    };
  }

  private @Nullable ForwardingTable load(List<Finding> findings) {
    try {
      Wanted wanted = Wanted.load(source);
      List<String> problems = wanted.problems().stream().map(Problem::toString).toList();
      findings.add(
          Inputs.source(
              wanted.source().name(), wanted.state().forwarding().frontends().size(), problems));
      return wanted.state().forwarding();
    } catch (CommandFailure e) {
      findings.add(Inputs.unreadable(String.valueOf(e.getMessage())));
      return null;
    }
  }
}
