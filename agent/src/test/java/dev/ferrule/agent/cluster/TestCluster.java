// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import dev.ferrule.agent.config.PortRange;
import dev.ferrule.agent.objects.ReadingSettings;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.testapi.ApiServer;
import dev.ferrule.testapi.Options;
import dev.ferrule.testapi.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A test API server, and those that follow it. */
final class TestCluster implements AutoCloseable {

  static final String NODE = "here";

  /** Longer than anything here is silent unless a test wants it. */
  static final Duration SILENCE = Duration.ofSeconds(10);

  final ApiServer server;
  final Path directory;
  private final List<FollowedCluster> followers = new ArrayList<>();

  private TestCluster(ApiServer server, Path directory) {
    this.server = server;
    this.directory = directory;
  }

  /** With the Node of this node, over plain HTTP, and bookmarks each 100 ms. */
  static TestCluster start(Path directory) throws IOException {
    TestCluster cluster = empty(directory, options());
    cluster.server.create(Texts.node(NODE, "a", "10.1.0.0/24"));
    return cluster;
  }

  /** Without a Node. */
  static TestCluster empty(Path directory, Options options) throws IOException {
    TestCluster cluster = new TestCluster(ApiServer.start(options), directory);
    cluster.server.kubeconfig(cluster.kubeconfig());
    return cluster;
  }

  static Options options() {
    return Options.defaults().withBookmarksEvery(Duration.ofMillis(100));
  }

  Path kubeconfig() {
    return directory.resolve("kubeconfig");
  }

  static ClusterSettings settings(Path kubeconfig, String node, Path state, Duration silence) {
    return new ClusterSettings(
        new Access(kubeconfig, null),
        node,
        state,
        silence,
        new ReadingSettings(PortRange.ALL, false, true));
  }

  FollowedCluster follow() {
    return follow(SILENCE);
  }

  FollowedCluster follow(Duration silence) {
    return follow(silence, Follower.BEHIND);
  }

  FollowedCluster follow(Duration silence, Duration behind) {
    FollowedCluster followed =
        new FollowedCluster(
            settings(kubeconfig(), NODE, directory.resolve("state"), silence), behind);
    followers.add(followed);
    return followed;
  }

  /** What the tests create is in namespace default. */
  static ObjectName name(String name) {
    return new ObjectName("default", name);
  }

  TestCluster service(String name, int port) throws IOException {
    server.create(Texts.service(name, port));
    return this;
  }

  TestCluster port(String service, int port) {
    server.patch(
        Resource.SERVICES, "default", service, "{spec: {ports: [{port: %d}]}}".formatted(port));
    return this;
  }

  TestCluster delete(String service) {
    server.delete(Resource.SERVICES, "default", service);
    return this;
  }

  String kubeconfigText() throws IOException {
    return Files.readString(kubeconfig());
  }

  @Override
  public void close() {
    followers.forEach(FollowedCluster::close);
    server.close();
  }
}
