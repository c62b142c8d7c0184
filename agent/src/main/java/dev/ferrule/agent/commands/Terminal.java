// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import picocli.CommandLine;

/** What the user is looking at. */
final class Terminal {

  private Terminal() {}

  /** Whether standard output is a terminal that wants colours (see no-color.org). */
  static boolean hasColour() {
    return CommandLine.Help.Ansi.AUTO.enabled();
  }
}
