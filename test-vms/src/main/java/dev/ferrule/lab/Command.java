// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs one program to its end, never longer than a set time, and keeps what it said. */
public final class Command {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private Command() {}

  /** How a program ended, and what it wrote. The two streams are apart: mixed, they cut lines. */
  public record Result(int exit, String output, String errors) {

    /** All it said, for a person to read. */
    public String said() {
      return (output + errors).strip();
    }
  }

  /** Runs a program that may fail; the caller looks at the exit code. */
  public static Result run(List<String> words) {
    return run(words, "");
  }

  /** Runs a program that must succeed. */
  static void must(List<String> words, String input) {
    Result result = run(words, input);
    if (result.exit() != 0) {
      throw new LabException(
          "could not run "
              + String.join(" ", words)
              + ": exit "
              + result.exit()
              + ": "
              + result.said());
    }
  }

  static Result run(List<String> words, String input) {
    return run(words, input, PATIENCE);
  }

  /** Runs a program that may fail, with something to read, for no longer than that. */
  public static Result run(List<String> words, String input, Duration patience) {
    Process process = start(words);
    CompletableFuture<String> output = read(process.getInputStream());
    CompletableFuture<String> errors = read(process.getErrorStream());
    try {
      try (OutputStream in = process.getOutputStream()) {
        in.write(input.getBytes(StandardCharsets.UTF_8));
      }
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new LabException(String.join(" ", words) + " did not end within " + patience);
      }
      // A child that it left behind may hold the streams open: wait for the end of them, but not
      // long.
      return new Result(
          process.exitValue(), output.get(1, TimeUnit.SECONDS), errors.get(1, TimeUnit.SECONDS));
    } catch (IOException | ExecutionException | TimeoutException e) {
      throw new LabException("could not talk to " + String.join(" ", words), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted while running " + String.join(" ", words), e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static Process start(List<String> words) {
    try {
      return new ProcessBuilder(words).start();
    } catch (IOException e) {
      throw new LabException("could not run " + String.join(" ", words), e);
    }
  }

  private static CompletableFuture<String> read(InputStream stream) {
    CompletableFuture<String> text = new CompletableFuture<>();
    Thread reader =
        new Thread(
            () -> {
              try (stream) {
                text.complete(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
              } catch (IOException e) {
                text.completeExceptionally(e);
              }
            },
            "reading a program's output");
    reader.setDaemon(true);
    reader.start();
    return text;
  }
}
