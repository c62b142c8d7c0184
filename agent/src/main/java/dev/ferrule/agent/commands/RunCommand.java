// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.config.Configuration;
import dev.ferrule.agent.http.ListenException;
import dev.ferrule.agent.sync.Agent;
import dev.ferrule.agent.sync.Listening;
import dev.ferrule.kernel.KernelException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description =
        "Follows the source and keeps the kernel's rules as it says, until it is stopped.",
    footer = "The rules stay in the kernel when it ends; cleanup removes them.")
final class RunCommand implements Callable<Integer> {

  @Mixin private SourceOptions source;

  @Option(
      names = "--dry-run",
      description = "Print each change that would be made, and touch nothing.")
  private boolean dryRun;

  @Override
  public Integer call() throws InterruptedException {
    Path directory = source.directory();
    Agent.Settings settings =
        new Agent.Settings(
            directory,
            source.folder(directory, false),
            source.forwarding(),
            source.backend(),
            source.configuration().hostnameOverride(),
            source.configuration().syncPeriod(),
            listening(source.configuration()),
            dryRun,
            Terminal.hasColour());
    try (Agent agent = Agent.start(settings)) {
      agent.awaitEnd();
      return ExitCode.OK;
    } catch (KernelException | ListenException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()));
    }
  }

  private static Listening listening(Configuration configuration) {
    return new Listening(
        configuration.healthzBindAddress(),
        configuration.metricsBindAddress(),
        configuration.bindAddressHardFail(),
        configuration.mode().text());
  }
}
