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
    return is(0);
  }

  /** Whether somebody sees what we print. */
  static boolean isOutput() {
    return is(1);
  }

  private static boolean is(int stream) {
    try {
      String file = Files.readSymbolicLink(Path.of("/proc/self/fd/" + stream)).toString();
      return file.startsWith("/dev/pts/")
          || file.startsWith("/dev/tty")
          || file.equals("/dev/console");
    } catch (IOException e) {
      return false; // closed, as daemons have it
    }
  }
}
