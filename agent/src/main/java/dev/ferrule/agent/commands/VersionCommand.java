// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

@Command(name = "version", mixinStandardHelpOptions = true, description = "Prints the version.")
final class VersionCommand implements Callable<Integer> {

  /** The version in the jar's manifest; a class folder has none. */
  static final class FromJar implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"ferrule " + number()};
    }

    String number() {
      String version = VersionCommand.class.getPackage().getImplementationVersion();
      return version == null ? "(unpackaged)" : version;
    }
  }

  @Override
  public Integer call() {
    System.out.println(String.join("\n", new FromJar().getVersion()));
    return ExitCode.OK;
  }
}
