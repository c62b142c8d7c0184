// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.fleet;

import dev.ferrule.lab.Command;
import dev.ferrule.lab.LabException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A machine of the fleet. Its scripts run as root; one that takes minutes says so.
 *
 * @param sshConfig what {@code vagrant ssh-config} has written
 */
public record Vm(String name, Path sshConfig) {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration CONNECTING = Duration.ofSeconds(20);

  /** Runs a script of bash that may fail. */
  public Command.Result run(String script) {
    return run(script, PATIENCE);
  }

  /** The same with another patience. */
  public Command.Result run(String script, Duration patience) {
    return Command.run(
        List.of("ssh", "-F", sshConfig.toString(), name, "sudo bash -euo pipefail -s"),
        script,
        patience);
  }

  /** Runs a script that must succeed, and returns what it printed. */
  public String must(String script) {
    return must(script, PATIENCE);
  }

  /** The same with another patience. */
  public String must(String script, Duration patience) {
    Command.Result result = run(script, patience);
    if (result.exit() != 0) {
      throw new LabException(
          name + ": " + script + ": exit " + result.exit() + ": " + result.said());
    }
    return result.output().strip();
  }

  /** Writes a file, atomically. */
  public void write(String path, String text) {
    String end = "END-" + Integer.toHexString(text.hashCode());
    must(
        "mkdir -p $(dirname %1$s); cat >%1$s.new <<'%2$s'\n%3$s\n%2$s\nmv %1$s.new %1$s"
            .formatted(path, end, text.stripTrailing()));
  }

  /** Copies a file of this host there, for root. */
  public void copy(Path from, String to) {
    rsync(from.toString(), name + ":" + to);
  }

  /** Brings a file of root's from there. */
  public void fetch(String from, Path to) {
    rsync(name + ":" + from, to.toString());
  }

  private void rsync(String from, String to) {
    Command.Result result =
        Command.run(
            List.of("rsync", "--rsync-path=sudo rsync", "--rsh=ssh -F " + sshConfig, from, to));
    if (result.exit() != 0) {
      throw new LabException("could not copy " + from + " to " + to + ": " + result.said());
    }
  }

  /** Whether ssh answers now. */
  public boolean isReachable() {
    try {
      return run("true", CONNECTING).exit() == 0;
    } catch (LabException e) {
      return false;
    }
  }

  /** The time since this boot, whatever the clock says; another number after a reboot. */
  public String bootId() {
    return must("cat /proc/sys/kernel/random/boot_id");
  }

  /**
   * Keeps one connection for all scripts from now on; without it each makes its own, which takes an
   * emulated machine a second. To be done again after a reboot.
   */
  void keepConnection() {
    try {
      Process master =
          new ProcessBuilder("ssh", "-F", sshConfig.toString(), "-M", "-N", "-f", name)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!master.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        master.destroyForcibly();
      }
    } catch (IOException e) {
      throw new LabException("could not run ssh", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted while connecting to " + name, e);
    }
  }

  /** Ends that connection, if there is one. */
  void dropConnection() {
    Command.run(List.of("ssh", "-F", sshConfig.toString(), "-O", "exit", name));
  }
}
