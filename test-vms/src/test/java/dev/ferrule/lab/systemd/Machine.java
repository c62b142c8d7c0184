// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.systemd;

import dev.ferrule.lab.Command;
import dev.ferrule.lab.LabException;
import dev.ferrule.lab.NetNamespace;
import dev.ferrule.lab.agent.Wait;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Debian with systemd as its init, booted by systemd-nspawn in a network namespace. What it writes
 * is gone when it is closed, unless it is on a {@link Disk}.
 */
final class Machine implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final Path log;

  private Machine(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Boots it and waits until it is up.
   *
   * @param name its host name
   * @param shared folders by where they are seen inside; both sides may write
   * @param work where its console goes
   */
  static Machine boot(NetNamespace network, String name, Map<String, Path> shared, Path work) {
    return boot(MachineRoot.BOOKWORM, network, name, shared, work);
  }

  /** The same with another release of Debian. */
  static Machine boot(
      String suite, NetNamespace network, String name, Map<String, Path> shared, Path work) {
    List<String> disk = List.of("--directory=" + MachineRoot.of(suite), "--volatile=overlay");
    return boot(disk, network, name, shared, work);
  }

  /** Boots from a disk, which keeps what is written for the next boot. */
  static Machine boot(
      Disk disk, NetNamespace network, String name, Map<String, Path> shared, Path work) {
    return boot(List.of("--directory=" + disk.root()), network, name, shared, work);
  }

  private static Machine boot(
      List<String> disk, NetNamespace network, String name, Map<String, Path> shared, Path work) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "systemd-nspawn",
                "--quiet",
                "--boot",
                "--register=no",
                "--keep-unit",
                "--console=pipe",
                "--machine=" + name,
                "--network-namespace-path=/run/netns/" + network.name(),
                // Which is only given with a network of its own making.
                "--capability=CAP_NET_ADMIN"));
    words.addAll(disk);
    shared.forEach((inside, outside) -> words.add("--bind=" + outside + ":" + inside));
    Path log = work.resolve(name + ".console");
    try {
      Process process =
          new ProcessBuilder(words)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      Machine machine = new Machine(process, log);
      machine.awaitBoot();
      return machine;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitBoot() {
    boolean up =
        Wait.until(
            PATIENCE,
            () ->
                !process.isAlive()
                    || (!leader().isEmpty()
                        && List.of("running", "degraded")
                            .contains(run("systemctl", "is-system-running").output().strip())));
    if (!up || !process.isAlive()) {
      String said = said();
      close();
      throw new LabException("the machine did not boot: " + said);
    }
  }

  private String said() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The machine's init, by its number outside; empty while there is none. */
  private String leader() {
    try {
      long pid = process.pid();
      return Files.readString(Path.of("/proc/" + pid + "/task/" + pid + "/children")).strip();
    } catch (IOException e) {
      return "";
    }
  }

  /** Runs a program inside, as root; it may fail. */
  Command.Result run(String... words) {
    List<String> all = new ArrayList<>(List.of("nsenter", "--target=" + leader().split(" ", 2)[0]));
    all.addAll(List.of("-m", "-u", "-i", "-n", "-p", "-C", "env", "-i"));
    all.addAll(List.of("PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8"));
    all.addAll(List.of(words));
    return Command.run(all);
  }

  /** Runs a script inside that must succeed, and returns what it printed. */
  String must(String script) {
    Command.Result result = run("sh", "-ec", script);
    if (result.exit() != 0) {
      throw new LabException(script + ": exit " + result.exit() + ": " + result.said());
    }
    return result.output().strip();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
