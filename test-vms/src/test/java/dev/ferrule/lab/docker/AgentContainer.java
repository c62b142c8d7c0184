// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.docker;

import dev.ferrule.lab.LabException;
import dev.ferrule.lab.agent.Wait;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.BindMode;
import org.testcontainers.containers.GenericContainer;

/** The agent as a Pod of the DaemonSet: in the node's network, with the rights of the DaemonSet. */
final class AgentContainer implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** What it says when the kernel is as the source says. */
  static final String IN_STEP = "in step with";

  private final GenericContainer<?> container;

  private AgentContainer(GenericContainer<?> container) {
    this.container = container;
  }

  /**
   * Starts it and does not wait for more.
   *
   * @param binds folders of this machine by where they are mounted; the state directory can be
   *     written to
   */
  static AgentContainer start(
      DockerCluster cluster,
      PodTemplate template,
      List<String> moreArgs,
      Map<String, String> environment,
      Map<String, Path> binds) {
    GenericContainer<?> container =
        new GenericContainer<>(DockerCluster.IMAGE)
            .withNetworkMode(cluster.nodeNetworkMode())
            .withEnv(environment)
            .withCommand(template.args(DockerCluster.NODE_NAME, moreArgs).toArray(String[]::new))
            .withCreateContainerCmdModifier(template::restrict);
    binds.forEach(
        (where, folder) ->
            container.withFileSystemBind(
                folder.toAbsolutePath().toString(),
                where,
                where.startsWith("/var/lib/ferrule") ? BindMode.READ_WRITE : BindMode.READ_ONLY));
    container.start();
    return new AgentContainer(container);
  }

  AgentContainer awaitInStep() {
    return await(IN_STEP);
  }

  /** Waits until it has said something. */
  AgentContainer await(String text) {
    Wait.until(PATIENCE, () -> log().contains(text) || !container.isRunning());
    if (!log().contains(text)) {
      throw new AssertionError("\"" + text + "\" is not in what the agent said:\n" + log());
    }
    return this;
  }

  String log() {
    return container.getLogs();
  }

  boolean isRunning() {
    return container.isRunning();
  }

  /** Runs a command in it, as kubectl exec does. */
  String exec(String... words) {
    try {
      var result = container.execInContainer(words);
      return result.getStdout() + result.getStderr();
    } catch (java.io.IOException e) {
      throw new LabException("could not run " + String.join(" ", words) + " in the container", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted", e);
    }
  }

  /** SIGTERM, as the kubelet sends it; returns the exit code. */
  long terminate() {
    var client = DockerClientFactory.instance().client();
    String id = container.getContainerId();
    client.stopContainerCmd(id).withTimeout(30).exec();
    Long code = client.inspectContainerCmd(id).exec().getState().getExitCodeLong();
    close();
    return code == null ? -1 : code;
  }

  /** SIGKILL. */
  void kill() {
    DockerClientFactory.instance().client().killContainerCmd(container.getContainerId()).exec();
    close();
  }

  @Override
  public void close() {
    container.close();
  }
}
