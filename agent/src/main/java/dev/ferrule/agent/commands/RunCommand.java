// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.config.Configuration;
import dev.ferrule.agent.http.ListenException;
import dev.ferrule.agent.source.FollowedSource;
import dev.ferrule.agent.source.SourceException;
import dev.ferrule.agent.sync.Agent;
import dev.ferrule.agent.sync.Listening;
import dev.ferrule.kernel.KernelException;
import java.util.List;
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
    FollowedSource followed = followed();
    AgentControl control = control(followed);
    // A signal ends the process without unwinding; what is due to be remembered is written still.
    Runtime.getRuntime().addShutdownHook(new Thread(followed::close, "stop"));
    Runtime.getRuntime().addShutdownHook(new Thread(control::close, "stop answering"));
    try (control;
        Agent agent = Agent.start(settings(followed, control))) {
      control.started(agent);
      agent.awaitEnd();
      return ExitCode.OK;
    } catch (KernelException | ListenException | SourceException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()));
    }
  }

  private FollowedSource followed() {
    try {
      return source.followed();
    } catch (KernelException e) {
      throw new CommandFailure(e.getMessage());
    }
  }

  private AgentControl control(FollowedSource followed) {
    AgentControl control =
        new AgentControl(followed, !source.hasManifests(), source.configuration());
    if (!dryRun) {
      control.open(System.err::println);
    }
    return control;
  }

  private Agent.Settings settings(FollowedSource followed, AgentControl control) {
    return new Agent.Settings(
        followed,
        source.forwarding(),
        source.backend(),
        source.configuration().hostnameOverride(),
        source.configuration().syncPeriod(),
        listening(source.configuration()),
        List.of(control.board()),
        dryRun,
        Terminal.hasColour());
  }

  private static Listening listening(Configuration configuration) {
    return new Listening(
        configuration.healthzBindAddress(),
        configuration.metricsBindAddress(),
        configuration.bindAddressHardFail(),
        configuration.mode().text());
  }
}
