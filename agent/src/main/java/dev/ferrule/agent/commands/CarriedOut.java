// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.control.ControlAnswer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/**
 * Carries out a command within the agent for somebody else. Only what is listed here can be asked
 * for, and nothing of it reads a file that the asker names: it is the agent that may read it.
 */
@Command(
    name = "ferrule",
    subcommands = {
      GetCommand.class,
      DescribeCommand.class,
      ExplainCommand.class,
      StatusCommand.class,
      TopCommand.class,
      SupportPartsCommand.class
    })
final class CarriedOut {

  private CarriedOut() {}

  /**
   * Carries out one command line.
   *
   * @param words as they follow {@code ferrule}
   */
  static ControlAnswer of(List<String> words, AgentView agent) {
    StringWriter out = new StringWriter();
    StringWriter errors = new StringWriter();
    CommandLine line = new CommandLine(new CarriedOut(), new Seeing(agent));
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(errors));
    line.setExpandAtFiles(false); // @FILE in an argument would be read with the agent's rights
    line.setExecutionStrategy(new OwnSourceOnly());
    int exit = FerruleCommand.prepared(line).execute(words.toArray(String[]::new));
    line.getOut().flush();
    line.getErr().flush();
    return new ControlAnswer(out.toString(), errors.toString(), exit);
  }

  /** Makes commands that see the agent. */
  private record Seeing(AgentView agent) implements IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      if (type == SourceOptions.class) {
        return type.cast(new SourceOptions(agent));
      }
      if (type == StatusCommand.class) {
        return type.cast(new StatusCommand(agent));
      }
      if (type == TopCommand.class) {
        return type.cast(new TopCommand(agent));
      }
      if (type == SupportPartsCommand.class) {
        return type.cast(new SupportPartsCommand(agent));
      }
      return CommandLine.defaultFactory().create(type);
    }
  }

  private static final class OwnSourceOnly implements IExecutionStrategy {
    private final RunLast here = new RunLast();

    @Override
    public int execute(ParseResult parsed) throws ExecutionException {
      ParseResult last = parsed;
      while (last.hasSubcommand()) {
        last = last.subcommand();
      }
      if (last.commandSpec().userObject() instanceof AnsweredByAgent command) {
        List<String> flags = command.source().sourceFlags();
        if (!flags.isEmpty()) {
          last.commandSpec()
              .commandLine()
              .getErr()
              .println("ferrule: an agent answers for its own source: leave out " + flags.get(0));
          return ExitCode.ERROR;
        }
      }
      return here.execute(parsed);
    }
  }
}
