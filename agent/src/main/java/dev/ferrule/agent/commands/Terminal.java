// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;

/** What the user is looking at. */
final class Terminal {

  private Terminal() {}

  /** Whether standard output is a terminal that wants colours (see no-color.org). */
  static boolean hasColour() {
    return CommandLine.Help.Ansi.AUTO.enabled();
  }

  /** Whether somebody types to us. */
  static boolean isInput() {
    try {
      String input = Files.readSymbolicLink(Path.of("/proc/self/fd/0")).toString();
      return input.startsWith("/dev/pts/") || input.startsWith("/dev/tty");
    } catch (IOException e) {
      return false; // closed, as daemons have it
    }
  }
}
