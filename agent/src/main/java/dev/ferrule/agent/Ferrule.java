// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent;

import dev.ferrule.agent.config.Configuration;
import dev.ferrule.agent.config.ConfigurationException;
import dev.ferrule.agent.config.ConfigurationOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * TEMPORARY: stands in for the real command so that the launcher can be tried. To be overwritten by
 * the one with all commands.
 */
@Command(name = "ferrule", mixinStandardHelpOptions = true, version = "ferrule 0.1.0")
final class Ferrule {

  private Ferrule() {}

  /** Runs one command and ends with its exit code. */
  public static void main(String[] arguments) {
    CommandLine line = new CommandLine(new Ferrule()).addSubcommand(new Config());
    line.setExecutionExceptionHandler(Ferrule::report);
    System.exit(line.execute(arguments));
  }

  private static int report(Exception problem, CommandLine command, CommandLine.ParseResult parsed)
      throws Exception {
    if (problem instanceof ConfigurationException) {
      command.getErr().println("ferrule: " + problem.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    }
    throw problem;
  }

  /** Prints the version. */
  @Command(name = "version")
  int version() {
    System.out.println("ferrule 0.1.0");
    return CommandLine.ExitCode.OK;
  }

  @Command(name = "config", mixinStandardHelpOptions = true)
  static final class Config implements Callable<Integer> {

    @Mixin private ConfigurationOptions options;

    @Override
    public Integer call() {
      Configuration configuration = options.resolve(System.err::println);
      System.out.println(configuration);
      return CommandLine.ExitCode.OK;
    }
  }
}
