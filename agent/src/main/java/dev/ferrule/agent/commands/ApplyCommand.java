// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "apply",
    mixinStandardHelpOptions = true,
    description = "Brings the kernel's rules up to date once and says what changed.",
    footer = "Exit code 0: done. 1: error. 3: done with --strict, but objects were skipped.")
final class ApplyCommand implements Callable<Integer> {

  @Mixin private SourceOptions source;

  @Option(names = "--strict", description = "End with exit code 3 if an object was skipped.")
  private boolean strict;

  @Override
  public Integer call() {
    Wanted wanted = Wanted.load(source);
    wanted.reportProblems(source.errors());
    Application.of(wanted, source);
    return strict && wanted.skippedSome() ? ExitCode.SKIPPED : ExitCode.OK;
  }
}
