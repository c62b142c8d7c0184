// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent;

import dev.ferrule.agent.commands.FerruleCommand;

/** The program {@code ferrule}. */
final class Ferrule {

  private Ferrule() {}

  /** Runs one command and ends with its exit code. */
  public static void main(String[] arguments) {
    System.exit(FerruleCommand.execute(arguments));
  }
}
