// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.docker;

import dev.ferrule.lab.Command;
import dev.ferrule.lab.LabException;
import dev.ferrule.lab.NetNamespace;
import dev.ferrule.lab.agent.Wait;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A dockerd of our own. It runs in a network namespace of its own, because in the machine's it
 * would set the policy of chain FORWARD to DROP, and that would also stop frames that only cross a
 * bridge there.
 */
final class DockerEngine implements AutoCloseable {

  /** Its network namespace; those of its containers have names that begin so. */
  static final String NAMESPACE = "ferrule-docker-" + ProcessHandle.current().pid();

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path folder;
  private final NetNamespace namespace;
  private final Process process;

  private DockerEngine(Path folder, NetNamespace namespace, Process process) {
    this.folder = folder;
    this.namespace = namespace;
    this.process = process;
  }

  /**
   * Starts it and waits until it listens.
   *
   * @param socket where to; everything it keeps goes beside it
   */
  static DockerEngine start(Path socket) throws IOException {
    Path folder = Files.createDirectories(socket.toAbsolutePath().getParent());
    endLeftOver(folder);
    NetNamespace namespace = new NetNamespace(NAMESPACE);
    NetNamespace.create(List.of(namespace));
    Files.writeString(folder.resolve("namespace"), namespace.name());
    namespace.sysctl(Map.of("ipv4/ip_forward", "1"));
    // Not with ip netns exec: it mounts /sys anew, and dockerd would look for its cgroups in vain.
    List<String> words =
        List.of(
            "nsenter",
            "--net=/run/netns/" + namespace.name(),
            "dockerd",
            "--data-root=" + folder.resolve("data"),
            "--exec-root=" + folder.resolve("exec"),
            "--pidfile=" + folder.resolve("pid"),
            "--host=unix://" + socket,
            "--log-level=warn");
    Process process =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    DockerEngine engine = new DockerEngine(folder, namespace, process);
    try {
      engine.await(socket);
    } catch (LabException e) {
      engine.close();
      throw e;
    }
    return engine;
  }

  /** If the test that started it was killed, an engine goes on with the same folder. */
  private static void endLeftOver(Path folder) throws IOException {
    Path pid = folder.resolve("pid");
    if (Files.exists(pid)) {
      Optional<ProcessHandle> left =
          ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
              .filter(one -> one.info().commandLine().orElse("").contains(folder.toString()));
      left.ifPresent(DockerEngine::end);
      Files.deleteIfExists(pid);
    }
    Path namespace = folder.resolve("namespace");
    if (Files.exists(namespace)) {
      String name = Files.readString(namespace);
      NetNamespace.delete(List.of(new NetNamespace(name)));
      try (DirectoryStream<Path> names =
          Files.newDirectoryStream(Path.of("/run/netns"), name + "-*")) {
        for (Path one : names) {
          Files.delete(one);
        }
      }
    }
  }

  private static void end(ProcessHandle process) {
    process.destroy();
    try {
      process.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (Exception e) {
      process.destroyForcibly();
    }
  }

  private void await(Path socket) throws IOException {
    Wait.until(PATIENCE, () -> listens(socket) || !process.isAlive());
    if (!listens(socket)) {
      throw new LabException(
          "could not start dockerd: " + Files.readString(folder.resolve("log")).strip());
    }
  }

  private static boolean listens(Path socket) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      return false;
    }
  }

  /** Why there can be no engine here, or nothing. */
  static Optional<String> obstacle() {
    if (Command.run(List.of("id", "-u")).output().strip().equals("0")) {
      for (String program : List.of("dockerd", "mmdebstrap", "jlink")) {
        if (Command.run(List.of("sh", "-c", "command -v " + program)).exit() != 0) {
          return Optional.of(program + " is not installed; ./test does that");
        }
      }
      return Optional.empty();
    }
    return Optional.of("a Docker engine needs root");
  }

  @Override
  public void close() {
    end(process.toHandle());
    NetNamespace.delete(List.of(namespace));
  }
}
