// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.config.Configuration;
import dev.ferrule.agent.config.ConfigurationOptions;
import dev.ferrule.agent.conntrack.ConntrackInit;
import dev.ferrule.agent.log.LogWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    description =
        "Sets the kernel's limits of connection tracking as configured, and ends. It needs root;"
            + " run and apply never touch them and need CAP_NET_ADMIN alone.",
    footer = "Exit code 0: done. 1: some could not be set; standard error says why.")
final class InitCommand implements Callable<Integer> {

  @Mixin private ConfigurationOptions options;

  @Option(names = "--dry-run", description = "Only say what would be changed.")
  private boolean dryRun;

  @Override
  public Integer call() {
    LogWriter log = LogWriter.standardError(System.getenv());
    Configuration configuration = options.resolve(warning -> log.warning("warning: " + warning));
    ConntrackInit.Outcome outcome =
        ConntrackInit.run(configuration.conntrack(), Path.of("/"), dryRun);
    outcome.changes().forEach(System.out::println);
    outcome.failures().forEach(log::failed);
    if (outcome.changes().isEmpty() && outcome.failures().isEmpty()) {
      System.out.println("Nothing to change.");
    }
    return outcome.failures().isEmpty() ? ExitCode.OK : ExitCode.ERROR;
  }
}
