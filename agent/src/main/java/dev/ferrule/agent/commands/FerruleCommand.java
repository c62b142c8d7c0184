// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.config.ConfigurationException;
import dev.ferrule.agent.log.LogWriter;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code ferrule} with all that it can do. */
@Command(
    name = "ferrule",
    mixinStandardHelpOptions = true,
    versionProvider = VersionCommand.FromJar.class,
    description = "Kubernetes Services on the kernel's own path.",
    subcommands = {
      RunCommand.class,
      ApplyCommand.class,
      PlanCommand.class,
      GetCommand.class,
      DescribeCommand.class,
      ExplainCommand.class,
      DoctorCommand.class,
      StatusCommand.class,
      TopCommand.class,
      SupportDumpCommand.class,
      InitCommand.class,
      RestoreCommand.class,
      MigrateCommand.class,
      CleanupCommand.class,
      CompletionCommand.class,
      VersionCommand.class
    })
public final class FerruleCommand {

  private FerruleCommand() {}

  /** All commands with their flags, for what is written about them. */
  public static CommandLine commandLine() {
    return new CommandLine(new FerruleCommand());
  }

  /** Runs the command line and returns its exit code. */
  public static int execute(String... arguments) {
    return execute(commandLine(), arguments);
  }

  /**
   * Runs the command line for another program of this process.
   *
   * @param out takes what {@code explain} prints to standard output
   */
  public static int execute(PrintWriter out, String... arguments) {
    return execute(commandLine().setOut(out), arguments);
  }

  private static int execute(CommandLine line, String... arguments) {
    line.setExecutionStrategy(new AgentFirst());
    return prepared(line).execute(arguments);
  }

  /** How all command lines are read, and how failures are told. */
  static CommandLine prepared(CommandLine line) {
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(FerruleCommand::report);
    line.setParameterExceptionHandler(FerruleCommand::misuse);
    return line;
  }

  private static int report(Exception problem, CommandLine command, CommandLine.ParseResult parsed)
      throws Exception {
    if (problem instanceof CommandFailure || problem instanceof ConfigurationException) {
      command.getErr().println("ferrule: " + problem.getMessage());
      return ExitCode.ERROR;
    }
    throw problem;
  }

  /** Exit code 2 means changes, so a wrong flag must not end with picocli's usual 2. */
  private static int misuse(CommandLine.ParameterException problem, String[] arguments) {
    CommandLine command = problem.getCommandLine();
    String way = "Try: " + command.getCommandSpec().qualifiedName() + " --help";
    if (command.getCommand() instanceof RunCommand
        || command.getCommand() instanceof RestoreCommand) {
      LogWriter log = LogWriter.standardError(System.getenv());
      log.failed(String.valueOf(problem.getMessage()));
      log.info(way);
      return ExitCode.ERROR;
    }
    command.getErr().println("ferrule: " + problem.getMessage());
    command.getErr().println(way);
    return ExitCode.ERROR;
  }
}
