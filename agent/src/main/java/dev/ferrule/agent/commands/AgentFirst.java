// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.control.ControlClient;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/**
 * Has a running agent carry out what it can answer. Without one, and for all other commands, this
 * process does it.
 */
final class AgentFirst implements IExecutionStrategy {

  private final RunLast here = new RunLast();

  @Override
  public int execute(ParseResult parsed) {
    Integer help = CommandLine.executeHelpRequest(parsed);
    if (help != null) {
      return help;
    }
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    CommandLine line = last.commandSpec().commandLine();
    if (line.getCommand() instanceof AnsweredByAgent command
        && command.source().sourceFlags().isEmpty()) {
      Integer exit = ask(command.source(), line, last, parsed.expandedArgs());
      if (exit != null) {
        return exit;
      }
    }
    return here.execute(parsed);
  }

  /** Null if there is nobody to ask. */
  private static @Nullable Integer ask(
      SourceOptions source, CommandLine line, ParseResult command, List<String> words) {
    boolean named = command.hasMatchedOption(ControlSocketOption.NAME);
    Path socket = source.configuration().controlSocket();
    if (socket == null) {
      return null;
    }
    ControlClient.Outcome outcome =
        new ControlClient(line.getOut(), line.getErr()).ask(socket, words);
    if (outcome instanceof ControlClient.Answered answered) {
      return answered.exit();
    }
    if (outcome instanceof ControlClient.Unreachable unreachable && !named) {
      source.agentIsOutOfReach(unreachable.reason());
      return null;
    }
    line.getErr().println("ferrule: " + ControlSocketOption.text(outcome));
    return ExitCode.ERROR;
  }
}
