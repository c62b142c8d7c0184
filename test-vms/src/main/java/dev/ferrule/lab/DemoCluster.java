// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Everything that the demo has running, and its end: the same at the last line and at Ctrl-C. */
final class DemoCluster implements AutoCloseable {
  static final Duration TIMEOUT = Duration.ofSeconds(2);

  private static final int ATTEMPTS = 5;

  private static final String CONFIG =
      """
      apiVersion: kubeproxy.config.k8s.io/v1alpha1
      kind: KubeProxyConfiguration
      mode: nftables
      hostnameOverride: node1
      detectLocalMode: ClusterCIDR
      clusterCIDR: 10.244.0.0/16,fd00:10:244::/48
      ferrule:
        stateDirectory: %s
        controlSocket: "off"
      """;

  private final Path work;
  private final Lab lab;
  private final EchoServers servers;
  private final ManifestFolder folder;
  private final Kubelet kubelet;
  private final Ferrule ferrule;
  private final Thread atExit = new Thread(this::end, "demo clean-up");
  // guarded by this: the shutdown hook ends what the main thread began
  private @Nullable AgentProcess agent;
  private boolean ended;

  DemoCluster(Path root) throws IOException {
    this.lab = Lab.open(2);
    this.servers = EchoServers.start();
    this.work = Files.createTempDirectory("ferrule-demo");
    this.folder = new ManifestFolder(Files.createDirectory(work.resolve("manifests")));
    this.kubelet = new Kubelet(lab, servers, folder);
    Path config =
        Files.writeString(
            work.resolve("config.yaml"),
            // nothing of the demo's may stay in the machine's own folder
            CONFIG.formatted(Files.createDirectory(work.resolve("state"))));
    this.ferrule =
        new Ferrule(root.resolve("ferrule"), lab.node(1).namespace(), config, folder.path());
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  Lab lab() {
    return lab;
  }

  EchoServers servers() {
    return servers;
  }

  Kubelet kubelet() {
    return kubelet;
  }

  ManifestFolder folder() {
    return folder;
  }

  Ferrule ferrule() {
    return ferrule;
  }

  /** A caller inside a pod. */
  Caller from(String pod) {
    return Caller.in(kubelet.pod(pod).namespace(), TIMEOUT);
  }

  Caller fromOutside() {
    return Caller.in(lab.outside(), TIMEOUT);
  }

  synchronized AgentProcess startAgent() {
    AgentProcess started = ferrule.daemon(work.resolve("agent.log"));
    agent = started;
    return started;
  }

  /** What the agent has logged since the last time. */
  synchronized List<String> agentLog() {
    return agent == null ? List.of() : agent.newLines();
  }

  /** The address of a Service in one family, as the agent gave it out. */
  String clusterIp(String service, boolean six) throws IOException {
    Command.Result said = ferrule.run("get", "services", "-o", "json");
    if (said.exit() != 0) {
      throw new LabException("could not get the Services: " + said.said());
    }
    JsonNode list = new ObjectMapper().readTree(said.output());
    JsonNode items = list.isArray() ? list : list.path("items");
    for (JsonNode item : items) {
      if (item.path("metadata").path("name").asText().equals(service)) {
        return address(item.path("spec"), six)
            .orElseThrow(() -> new LabException("Service " + service + " has no ClusterIP"));
      }
    }
    throw new LabException("there is no Service " + service + " in " + said.output());
  }

  private static Optional<String> address(JsonNode spec, boolean six) {
    Stream<JsonNode> all =
        Stream.concat(Stream.of(spec.path("clusterIP")), stream(spec.path("clusterIPs")));
    return all.map(JsonNode::asText)
        .filter(a -> !a.isEmpty() && a.contains(":") == six)
        .findFirst();
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  /** A copy of the manifests, to ask what a change would do before it is made. */
  ManifestFolder preview() throws IOException {
    Path copy = Files.createTempDirectory(work, "preview");
    try (Stream<Path> files = Files.list(folder.path())) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return new ManifestFolder(copy);
  }

  @Override
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The machine is shutting down, so the hook is running or has run: the end is the same.
      return;
    }
  }

  private synchronized void end() {
    if (ended) {
      return;
    }
    ended = true;
    if (agent != null) {
      agent.close();
    }
    servers.close();
    lab.close();
    // At Ctrl-C the demo itself may still be writing a file while the folder goes.
    for (int attempt = 1; Files.exists(work); attempt++) {
      removeFolder(attempt == ATTEMPTS);
    }
  }

  private void removeFolder(boolean last) {
    try (Stream<Path> files = Files.walk(work)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      if (last) {
        throw new LabException("could not remove " + work, e);
      }
    }
  }
}
