// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A long-running program in a node's namespace, and what it has logged. */
final class AgentProcess implements AutoCloseable {
  private static final Duration STOP = Duration.ofSeconds(10);

  private final Process process;
  private final Path log;
  private int linesSeen;

  private AgentProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  static AgentProcess start(NetNamespace namespace, List<String> words, Path log) {
    try {
      return new AgentProcess(
          new ProcessBuilder(namespace.command(words))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start(),
          log);
    } catch (IOException e) {
      throw new LabException("could not start " + String.join(" ", words), e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** What it has logged since the last time. */
  List<String> newLines() {
    try {
      List<String> all = Files.readAllLines(log);
      List<String> fresh = List.copyOf(all.subList(Math.min(linesSeen, all.size()), all.size()));
      linesSeen = all.size();
      return fresh;
    } catch (IOException e) {
      throw new LabException("could not read " + log, e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
