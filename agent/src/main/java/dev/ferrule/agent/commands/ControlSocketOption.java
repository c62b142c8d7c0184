// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.control.ControlClient;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** Which agent is asked, for commands that only an agent can answer. */
final class ControlSocketOption {

  static final String NAME = "--control-socket";

  @Option(
      names = NAME,
      paramLabel = "PATH",
      defaultValue = "/run/ferrule/ferrule.sock",
      description = "The agent's socket (default: ${DEFAULT-VALUE}).")
  private Path path;

  Path path() {
    return path;
  }

  /** What became of a question that was not answered. */
  static String text(ControlClient.Outcome outcome) {
    if (outcome instanceof ControlClient.Unreachable unreachable) {
      return unreachable.reason();
    }
    return outcome instanceof ControlClient.Failed failed ? failed.reason() : "";
  }

  /**
   * What the agent's command writes to standard output.
   *
   * @param errors takes what it writes to standard error
   * @throws CommandFailure if the agent cannot be asked, or its command failed
   */
  String ask(PrintWriter errors, String... command) {
    StringWriter out = new StringWriter();
    ControlClient.Outcome outcome =
        new ControlClient(new PrintWriter(out), errors).ask(path, List.of(command));
    if (!(outcome instanceof ControlClient.Answered answered)) {
      throw new CommandFailure(text(outcome));
    }
    if (answered.exit() != ExitCode.OK) {
      throw new CommandFailure("the agent could not do it");
    }
    return out.toString();
  }
}
