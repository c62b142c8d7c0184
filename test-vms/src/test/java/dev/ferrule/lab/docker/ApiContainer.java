// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.docker;

import com.github.dockerjava.api.DockerClient;
import dev.ferrule.lab.Command;
import dev.ferrule.lab.LabException;
import dev.ferrule.lab.agent.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.BindMode;
import org.testcontainers.containers.GenericContainer;

/**
 * The test API server in a container of its own, over HTTPS and with tokens. Everything that others
 * need of it is in one folder of this machine.
 */
final class ApiContainer implements AutoCloseable {

  static final String PORT = "6443";
  static final String TOKEN = "ferrule-token";

  private static final Path PROGRAM = Path.of("api-server/target");
  private static final String SHARED = "/shared";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final DockerCluster cluster;
  private final Path folder;
  private final DockerClient docker = DockerClientFactory.instance().client();
  private final GenericContainer<?> container;

  private ApiContainer(DockerCluster cluster, Path folder, GenericContainer<?> container) {
    this.cluster = cluster;
    this.folder = folder;
    this.container = container;
  }

  /**
   * Starts it and waits until it answers.
   *
   * @param folder gets a kubeconfig, and a service account as a Pod has it
   * @param objects manifests that it begins with
   */
  static ApiContainer start(DockerCluster cluster, Path folder, String objects) throws IOException {
    Path manifests = Files.createDirectories(folder.resolve("objects"));
    Files.writeString(manifests.resolve("objects.yaml"), objects);
    Path account = Files.createDirectories(folder.resolve("serviceaccount"));
    Files.writeString(account.resolve("token"), TOKEN);
    GenericContainer<?> container =
        new GenericContainer<>(DockerCluster.IMAGE)
            .withNetwork(cluster.outside())
            .withFileSystemBind(PROGRAM.toAbsolutePath().toString(), "/testapi", BindMode.READ_ONLY)
            .withFileSystemBind(folder.toAbsolutePath().toString(), SHARED, BindMode.READ_WRITE)
            .withCreateContainerCmdModifier(
                command ->
                    command
                        .withIpv4Address(DockerCluster.API_IP)
                        .withEntrypoint("/opt/java/bin/java")
                        .withCmd(
                            "-jar",
                            "/testapi/ferrule-test-api-server-0.1.0.jar",
                            "--address",
                            DockerCluster.API_IP,
                            "--port",
                            PORT,
                            "--tls",
                            SHARED + "/serviceaccount",
                            "--token",
                            TOKEN,
                            "--load",
                            SHARED + "/objects",
                            "--kubeconfig",
                            SHARED + "/kubeconfig"));
    ApiContainer api = new ApiContainer(cluster, folder, container);
    try {
      container.start();
      api.awaitAnswer();
      return api;
    } catch (RuntimeException e) {
      api.close();
      throw e;
    }
  }

  private void awaitAnswer() {
    boolean answers =
        Wait.until(
            PATIENCE,
            () ->
                Files.exists(folder.resolve("kubeconfig"))
                    && run("", "get", "--raw", "/version").exit() == 0);
    if (!answers) {
      throw new LabException("the API server does not answer: " + container.getLogs());
    }
  }

  /** A folder with token and ca.crt, to be mounted where a Pod has its service account. */
  Path serviceAccount() {
    return folder.resolve("serviceaccount");
  }

  /** Makes or changes objects, with kubectl from the container outside. */
  void apply(String yaml) {
    must(run(yaml, "apply", "--validate=false", "-f", "-"));
  }

  /** From now on this bearer token is accepted, and no other. */
  void accept(String token) throws IOException {
    Path body =
        Files.writeString(folder.resolve("tokens.json"), "{\"" + token + "\": \"ferrule\"}");
    must(run("", "create", "--raw", "/ferrule-test/tokens", "-f", body.toString()));
  }

  private Command.Result run(String input, String... words) {
    List<String> all =
        new java.util.ArrayList<>(
            List.of(
                "kubectl",
                "--kubeconfig=" + folder.resolve("kubeconfig"),
                "--cache-dir=" + folder.resolve("cache"),
                "--request-timeout=10s"));
    all.addAll(List.of(words));
    return cluster.outsideNamespace().execWithInput(input, all.toArray(String[]::new));
  }

  private static void must(Command.Result result) {
    if (result.exit() != 0) {
      throw new LabException("kubectl: " + result.said());
    }
  }

  /** Stops it in the middle of whatever it does: connections stay open and nothing is said. */
  void pause() {
    docker.pauseContainerCmd(container.getContainerId()).exec();
  }

  void unpause() {
    docker.unpauseContainerCmd(container.getContainerId()).exec();
  }

  /** SIGKILL. */
  void kill() {
    docker.killContainerCmd(container.getContainerId()).exec();
  }

  /** Starts it after {@link #kill}, with the objects of the beginning and another certificate. */
  void startAgain() {
    docker.startContainerCmd(container.getContainerId()).exec();
    awaitAnswer();
  }

  @Override
  public void close() {
    container.close();
  }
}
