// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import dev.ferrule.lab.LabException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Starts a command once and lets it follow the folder. */
final class DaemonApplier implements Applier {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(30);
  private static final Duration SETTLE = Duration.ofMillis(250);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final CommandLine command;
  private final Place place;
  private @Nullable Process process;

  DaemonApplier(CommandLine command, Place place) {
    this.command = command;
    this.place = place;
  }

  @Override
  public void sync() {
    Process running = process;
    if (running == null) {
      running = start();
      process = running;
      awaitRules(running);
    } else if (!running.isAlive()) {
      throw new LabException("the agent has ended by itself: " + log());
    }
    // Short, and there on purpose: a flow that is as before must still be so after the change.
    sleep(SETTLE);
  }

  private Process start() {
    try {
      return new ProcessBuilder(place.node().command(command.at(place)))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(place.log().toFile()))
          .start();
    } catch (IOException e) {
      throw new LabException("could not start the agent", e);
    }
  }

  private void awaitRules(Process running) {
    long end = System.nanoTime() + START.toNanos();
    while (!place.bench().hasRules()) {
      if (!running.isAlive()) {
        throw new LabException("the agent exits " + running.exitValue() + ": " + log());
      }
      if (System.nanoTime() > end) {
        throw new LabException("the agent made no rules within " + START + ": " + log());
      }
      sleep(Duration.ofMillis(50));
    }
  }

  private String log() {
    try {
      return Files.readString(place.log()).strip();
    } catch (IOException e) {
      return "(no log: " + e.getMessage() + ")";
    }
  }

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted while waiting for the agent", e);
    }
  }

  @Override
  public void stop() {
    Process running = process;
    process = null;
    if (running == null) {
      return;
    }
    running.destroy();
    try {
      if (!running.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
        running.destroyForcibly();
        throw new LabException("the agent did not stop within " + STOP + ": " + log());
      }
    } catch (InterruptedException e) {
      running.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Duration patience() {
    return PATIENCE;
  }

  @Override
  public boolean answers() {
    return true;
  }
}
