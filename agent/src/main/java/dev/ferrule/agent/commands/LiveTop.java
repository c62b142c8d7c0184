// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.control.ControlClient;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * Asks an agent for table after table. One that is restarted meanwhile is waited for; each answer
 * takes the agent an interval, so there is no pause in between.
 */
final class LiveTop {

  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final Path socket;
  private final Screen screen;
  private final PrintWriter errors;
  private String complaint = "";

  LiveTop(Path socket, Screen screen, PrintWriter errors) {
    this.socket = socket;
    this.screen = screen;
    this.errors = errors;
  }

  /**
   * Shows tables.
   *
   * @param words what to ask
   * @param tables how many
   * @throws CommandFailure if the agent will not answer, or did not so when it was asked first
   */
  int run(Supplier<List<String>> words, int tables) {
    int left = tables;
    while (left > 0) {
      StringWriter out = new StringWriter();
      StringWriter said = new StringWriter();
      ControlClient.Outcome outcome =
          new ControlClient(new PrintWriter(out), new PrintWriter(said)).ask(socket, words.get());
      if (outcome instanceof ControlClient.Answered answered && answered.exit() == ExitCode.OK) {
        complaint = "";
        left--;
        if (!screen.show(out.toString())) {
          return ExitCode.OK; // nobody reads any more
        }
        continue;
      }
      boolean started = left < tables;
      boolean passes =
          !(outcome instanceof ControlClient.Answered answered)
              || answered.exit() == TopCommand.NOT_NOW;
      String reason =
          outcome instanceof ControlClient.Answered
              ? said.toString().strip()
              : "ferrule: " + ControlSocketOption.text(outcome);
      if (!started || !passes) {
        errors.println(reason);
        return ExitCode.ERROR;
      }
      complain(reason);
      pause();
    }
    return ExitCode.OK;
  }

  /** Once for each reason. */
  private void complain(String reason) {
    if (!reason.equals(complaint)) {
      complaint = reason;
      screen.keep();
      errors.println(reason + "; trying again until it answers");
    }
  }

  private static void pause() {
    try {
      Thread.sleep(AGAIN.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted");
    }
  }
}
