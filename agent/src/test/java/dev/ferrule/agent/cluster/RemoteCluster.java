// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ferrule.testapi.Resource;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A cluster of somebody else, in which as little as possible is touched. */
final class RemoteCluster implements AnyCluster {

  private static final int SECONDS = 30;

  private final Path kubeconfig;
  private final Path directory;
  private final Credentials credentials;
  private final HttpClient client;
  private final String name = "ferrule-test-" + Long.toString(System.nanoTime(), 36);
  private final List<FollowedCluster> followers = new ArrayList<>();
  private final List<String> created = new ArrayList<>();

  private RemoteCluster(Path kubeconfig, Path directory) throws Exception {
    this.kubeconfig = kubeconfig;
    this.directory = directory;
    this.credentials = Credentials.read(new Access(kubeconfig, null));
    this.client = Tls.client(credentials.config());
  }

  static RemoteCluster open(Path kubeconfig, Path directory) throws Exception {
    RemoteCluster cluster = new RemoteCluster(kubeconfig, directory);
    cluster.post(
        "/api/v1/namespaces",
        "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"%s\"}}"
            .formatted(cluster.name),
        cluster.name);
    cluster.post("/api/v1/nodes", AnyCluster.YAML.readTree(node(cluster)).toString(), cluster.name);
    return cluster;
  }

  private static String node(RemoteCluster cluster) {
    return Texts.node(cluster.name, "a", "10.1.0.0/24");
  }

  @Override
  public String namespace() {
    return name;
  }

  @Override
  public String node() {
    return name;
  }

  @Override
  public FollowedCluster follow() {
    FollowedCluster followed =
        new FollowedCluster(
            TestCluster.settings(kubeconfig, name, directory.resolve("state"), TestCluster.SILENCE),
            Follower.BEHIND);
    followers.add(followed);
    return followed;
  }

  @Override
  public void create(Resource resource, ObjectNode object) throws Exception {
    ObjectNode copy = object.deepCopy();
    if (resource.namespaced()) {
      copy.withObjectProperty("metadata").put("namespace", name);
    }
    post(path(resource), copy.toString(), copy.at("/metadata/name").asText());
  }

  @Override
  public void patch(Resource resource, String object, String mergePatch) throws Exception {
    String json = AnyCluster.YAML.readTree(mergePatch).toString();
    String path = path(resource) + "/" + object;
    send(request(path).method("PATCH", "application/merge-patch+json", json), path);
  }

  @Override
  public void delete(Resource resource, String object) throws Exception {
    delete(path(resource) + "/" + object);
  }

  private String path(Resource resource) {
    String group = resource.group().isEmpty() ? "/api/" : "/apis/";
    return group
        + resource.apiVersion()
        + (resource.namespaced() ? "/namespaces/" + name : "")
        + "/"
        + resource.plural();
  }

  private void post(String path, String json, String object) throws Exception {
    send(request(path).method("POST", "application/json", json), path);
    if (created.size() < 2) {
      created.add(path + "/" + object); // the namespace, with all that is in it, and the Node
    }
  }

  private void delete(String path) throws Exception {
    send(request(path).method("DELETE", "application/json", "{}"), path);
  }

  private HttpRequest.Builder request(String path) {
    return client.newHttpRequestBuilder().uri(credentials.url() + path);
  }

  private void send(HttpRequest.Builder request, String path) throws Exception {
    HttpResponse<byte[]> answer =
        client.sendAsync(request.build(), byte[].class).get(SECONDS, TimeUnit.SECONDS);
    if (!answer.isSuccessful()) {
      throw new AssertionError(path + ": " + answer.code() + " " + answer.bodyString());
    }
  }

  @Override
  public void close() throws IOException {
    followers.forEach(FollowedCluster::close);
    Collections.reverse(created);
    try {
      for (String path : created) {
        delete(path);
      }
    } catch (Exception e) {
      throw new IOException("could not take back what was created", e);
    }
    client.close();
  }
}
