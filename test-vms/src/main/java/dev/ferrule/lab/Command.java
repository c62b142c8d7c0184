// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs one program to its end, never longer than a set time, and keeps what it said. */
public final class Command {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private Command() {}

  /** How a program ended; {@code output} is standard output and error as they came. */
  public record Result(int exit, String output) {}

  /** Runs a program that may fail; the caller looks at the exit code. */
  public static Result run(List<String> words) {
    return run(words, "");
  }

  /** Runs a program that must succeed and returns what it said. */
  static String must(List<String> words) {
    return must(words, "");
  }

  static String must(List<String> words, String input) {
    Result result = run(words, input);
    if (result.exit() != 0) {
      throw new LabException(
          "could not run "
              + String.join(" ", words)
              + ": exit "
              + result.exit()
              + ": "
              + result.output().strip());
    }
    return result.output();
  }

  static Result run(List<String> words, String input) {
    Process process = null;
    try {
      process = new ProcessBuilder(words).redirectErrorStream(true).start();
      // A program that hangs would keep its output open, and the read below would never end.
      Process child = process;
      Thread watch = new Thread(() -> killLate(child), "watch " + words.get(0));
      watch.setDaemon(true);
      watch.start();
      try (OutputStream in = process.getOutputStream()) {
        in.write(input.getBytes(StandardCharsets.UTF_8));
      }
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.waitFor(), output);
    } catch (IOException e) {
      throw new LabException("could not run " + String.join(" ", words), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted while running " + String.join(" ", words), e);
    } finally {
      if (process != null && process.isAlive()) {
        process.destroyForcibly();
      }
    }
  }

  private static void killLate(Process process) {
    try {
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
    }
  }
}
