// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = "Prints what makes a shell complete the commands and flags of ferrule.",
    footer =
        "For this shell: source <(ferrule completion bash), or in zsh source <(ferrule completion"
            + " zsh) after compinit.")
final class CompletionCommand implements Callable<Integer> {

  /** The shells that can be asked for. One script serves both: in zsh it loads bashcompinit. */
  enum Shell {
    BASH,
    ZSH
  }

  @Spec private CommandSpec spec;

  // Checked by picocli, and asked for so that shells with scripts of their own can follow.
  @SuppressWarnings("UnusedVariable")
  @Parameters(paramLabel = "bash|zsh", description = "The shell.")
  private Shell shell;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    out.print(AutoComplete.bash("ferrule", spec.root().commandLine()));
    out.flush();
    return ExitCode.OK;
  }
}
