// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import dev.ferrule.lab.NetNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code ferrule run} as an administrator starts it, its two streams kept apart. */
final class Daemon implements AutoCloseable {

  /** The first thing it says once the kernel is as the folder says. */
  static final String IN_STEP = "in step with";

  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration END = Duration.ofSeconds(30);

  private final Process process;
  private final Path output;
  private final Path errors;

  private Daemon(Process process, Path output, Path errors) {
    this.process = process;
    this.output = output;
    this.errors = errors;
  }

  /** Starts it and does not wait. */
  static Daemon start(NetNamespace namespace, List<String> words, Path logs) {
    try {
      Path output = Files.createTempFile(logs, "daemon", ".out");
      Path errors = Files.createTempFile(logs, "daemon", ".err");
      Process process =
          new ProcessBuilder(namespace.command(words))
              .redirectOutput(output.toFile())
              .redirectError(errors.toFile())
              .start();
      return new Daemon(process, output, errors);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until its first commit is made. */
  Daemon awaitInStep() {
    return awaitError(IN_STEP);
  }

  /** Waits for its first commit, which it tells before it goes on, or for the end of that. */
  void awaitFirstCommit(long millisMore) {
    Wait.until(START, () -> errors().contains("committed in") || !process.isAlive());
    Wait.pause(Duration.ofMillis(millisMore));
  }

  /** Waits until it has said something on standard error. */
  Daemon awaitError(String text) {
    Wait.until(START, () -> errors().contains(text) || !process.isAlive());
    if (!errors().contains(text)) {
      throw new AssertionError(
          "\"" + text + "\" is not in what the daemon said:\n" + errors() + output());
    }
    return this;
  }

  /** How many lines on standard error hold a text. */
  long told(String text) {
    return errors().lines().filter(line -> line.contains(text)).count();
  }

  String output() {
    return read(output);
  }

  String errors() {
    return read(errors);
  }

  /** Keeps what it said, for whoever wants to know what it did when something else failed. */
  void keepLog(Path at) {
    try {
      Files.copy(errors, at, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** The process of the agent itself: what starts it turns into it. */
  long pid() {
    return process.pid();
  }

  /** SIGKILL; returns when the process is gone. */
  void kill() {
    process.destroyForcibly();
    exit();
  }

  /** SIGTERM; returns the exit code. */
  int terminate() {
    process.destroy();
    return exit();
  }

  private int exit() {
    try {
      if (!process.waitFor(END.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("the daemon did not end within " + END);
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the daemon ends", e);
    }
  }

  @Override
  public void close() {
    terminate();
  }
}
