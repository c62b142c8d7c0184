// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.boot.AddressKeeper;
import dev.ferrule.agent.boot.RestoredRules;
import dev.ferrule.agent.config.Configuration;
import dev.ferrule.agent.config.ConfigurationException;
import dev.ferrule.agent.log.Log;
import dev.ferrule.agent.log.LogWriter;
import dev.ferrule.agent.source.FollowedSource;
import dev.ferrule.agent.sync.Agent;
import dev.ferrule.agent.sync.Listening;
import dev.ferrule.agent.sync.SyncObserver;
import dev.ferrule.agent.systemd.Supervision;
import dev.ferrule.kernel.Hangup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description =
        "Follows the source and keeps the kernel's rules as it says, until it is stopped.",
    footer = {
      "SIGHUP makes it read its settings and its source again, unless it was started at a terminal.",
      "The rules stay in the kernel when it ends; cleanup removes them."
    })
final class RunCommand implements Callable<Integer> {

  @Mixin private SourceOptions source;

  @Option(
      names = "--dry-run",
      description = "Print each change that would be made, and touch nothing.")
  private boolean dryRun;

  @Override
  public Integer call() throws InterruptedException {
    LogWriter log = LogWriter.standardError(System.getenv());
    source.tell(log);
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, fault) -> log.unforeseen("thread " + thread.getName() + " ended", fault));
    try {
      follow(log);
      return ExitCode.OK;
    } catch (CommandFailure | ConfigurationException e) {
      log.failed(String.valueOf(e.getMessage()));
    } catch (RuntimeException | Error e) {
      log.unforeseen("ended by a fault of this program", e);
    }
    return ExitCode.ERROR;
  }

  private void follow(LogWriter log) throws InterruptedException {
    // A dry run is ready for nothing.
    Supervision supervision = Supervision.of(dryRun ? Map.of() : System.getenv(), log);
    try (LiveAgent agent =
        new LiveAgent(
            source,
            supervision,
            log,
            !dryRun,
            (with, followed, control) -> settings(with, followed, supervision, control, log))) {
      // A signal ends the process without unwinding; what is due to be remembered is written still.
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    supervision.stopping();
                    agent.leave();
                  },
                  "stop"));
      // At a terminal the signal says that the terminal is gone.
      if (!dryRun && !Terminal.isInput()) {
        Hangup.handle(agent::reload);
      }
      agent.start();
      agent.awaitEnd();
    }
  }

  private Agent.Settings settings(
      SourceOptions with,
      FollowedSource followed,
      Supervision supervision,
      AgentControl control,
      Log log) {
    Observers shown = Observers.of(with.configuration(), followed.name(), log, control);
    control.counting(shown.connections());
    List<SyncObserver> observers = new ArrayList<>(shown.list());
    observers.add(supervision);
    observers.add(control.board());
    Path state = with.configuration().stateDirectory();
    RestoredRules restored = RestoredRules.of(state, log);
    observers.add(restored);
    observers.add(new AddressKeeper(state, log));
    return new Agent.Settings(
        followed,
        with.forwarding(),
        with.backend().owning(with.configuration().tableOwner()),
        with.configuration().hostnameOverride(),
        with.configuration().syncPeriod(),
        listening(with.configuration(), shown),
        observers,
        control.drifts(),
        restored,
        log,
        dryRun,
        Terminal.hasColour());
  }

  private static Listening listening(Configuration configuration, Observers shown) {
    return new Listening(
        configuration.healthzBindAddress(),
        configuration.metricsBindAddress(),
        configuration.bindAddressHardFail(),
        shown.metricsPages(),
        shown.page()::answer);
  }
}
