// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.control.ControlClient;
import dev.ferrule.agent.status.State;
import dev.ferrule.agent.status.StatusJson;
import dev.ferrule.agent.status.StatusReport;
import dev.ferrule.agent.status.StatusText;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Tells how the running agent is.",
    footer =
        "Exit code 0: the rules are as the source says. 2: they are not, the agent starts, is"
            + " behind, or the kernel refuses. 1: no agent answers.")
final class StatusCommand implements Callable<Integer> {

  private enum Format {
    TEXT,
    JSON
  }

  @Spec private CommandSpec spec;

  @Mixin private ControlSocketOption socket;

  @Option(
      names = {"-o", "--output"},
      defaultValue = "text",
      description = "text (default) or json.")
  private Format output;

  /** Null in a process of its own. */
  private final @Nullable AgentView agent;

  StatusCommand() {
    this(null);
  }

  StatusCommand(@Nullable AgentView agent) {
    this.agent = agent;
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (agent == null) {
      ControlClient.Outcome outcome =
          new ControlClient(out, spec.commandLine().getErr())
              .ask(socket.path(), spec.root().commandLine().getParseResult().expandedArgs());
      if (outcome instanceof ControlClient.Answered answered) {
        return answered.exit();
      }
      throw new CommandFailure(ControlSocketOption.text(outcome));
    }
    StatusReport report = agent.status();
    out.print(output == Format.JSON ? StatusJson.of(report) : StatusText.of(report));
    out.flush();
    return report.state() == State.IN_STEP ? ExitCode.OK : ExitCode.OUT_OF_STEP;
  }
}
