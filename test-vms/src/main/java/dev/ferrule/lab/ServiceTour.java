// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Connections to every kind of Service, and who answers them. */
final class ServiceTour {
  /** The hand-written endpoints of the external Service; they live outside. */
  static final List<String> EXTERNAL = List.of("11.11.11.11", "22.22.22.22");

  private static final int CONNECTIONS = 300;
  private static final int NODE_PORT = 30008;
  private static final int STICKY = 20;

  private final DemoCluster cluster;
  private final Show show;
  private final Caller client;

  ServiceTour(DemoCluster cluster, Show show, Caller client) {
    this.cluster = cluster;
    this.show = show;
    this.client = client;
  }

  void play() throws IOException {
    clusterIp();
    dualStack();
    nodePort();
    affinity();
    namedPorts();
    external();
  }

  private void clusterIp() throws IOException {
    String web = cluster.clusterIp("web", false);
    show.heading(CONNECTIONS + " connections from a Pod to the ClusterIP " + web + ":80");
    Map<String, Integer> answered = client.spread(web, 80, CONNECTIONS);
    show.bars(answered);
    show.expect(
        even(answered, Set.of("web-1", "web-2", "web-3")), "all three Pods, in even shares");
    show.expect(
        client.get(web, 80).source().equals(cluster.kubelet().pod("client").ipv4()),
        "they see the calling Pod's own address");
    try (Caller node = Caller.in(cluster.ferrule().node(), DemoCluster.TIMEOUT)) {
      show.expect(
          node.get(web, 80).server().startsWith("web-"), "processes of the node get there too");
    }
  }

  private void dualStack() throws IOException {
    String web = cluster.clusterIp("web", true);
    show.heading("The same Service over IPv6, [" + web + "]:80");
    Map<String, Integer> answered = client.spread(web, 80, CONNECTIONS);
    show.bars(answered);
    show.expect(
        even(answered, Set.of("web-1", "web-2", "web-3")), "all three Pods, in even shares");
  }

  private void nodePort() throws IOException {
    String node = cluster.lab().node(1).ipv4();
    show.heading("NodePort " + NODE_PORT + " from outside the cluster");
    try (Caller outside = cluster.fromOutside()) {
      Answer answer = outside.get(node, NODE_PORT);
      show.line(
          "%s -> %s:%d: %s at %s, which saw %s"
              .formatted(
                  Lab.CLIENT_IPV4, node, NODE_PORT, answer.server(), answer.at(), answer.from()));
      show.expect(answer.server().equals("myapp-pod"), "the Pod behind the Service answers");
    }
  }

  private void affinity() throws IOException {
    String sticky = cluster.clusterIp("http-go-svc", false);
    show.heading("Session affinity: " + STICKY + " connections of each Pod to " + sticky + ":80");
    boolean kept = true;
    Map<String, Integer> used = new TreeMap<>();
    for (String pod : List.of("client", "web-1", "web-2", "web-3", "my-app-1", "kimho-pod")) {
      // Only the Pods of the node that runs the agent send their packets through its rules.
      if (cluster.kubelet().pod(pod).node().number() == 1) {
        try (Caller caller = cluster.from(pod)) {
          Map<String, Integer> answered = caller.spread(sticky, 80, STICKY);
          show.line(pod + ": " + answered);
          kept &= answered.size() == 1;
          answered.forEach((server, n) -> used.merge(server, n, Integer::sum));
        }
      }
    }
    show.expect(kept, "each caller keeps to one Pod");
    show.line("in all: " + used);
  }

  private void namedPorts() throws IOException {
    String kimho = cluster.clusterIp("kimho", false);
    show.heading("Named ports: Pods that number them differently");
    Map<String, Integer> at = new TreeMap<>();
    for (int i = 0; i < 40; i++) {
      Answer answer = client.get(kimho, 80);
      at.merge(answer.server() + " at " + answer.at(), 1, Integer::sum);
    }
    show.bars(at);
    show.expect(at.size() == 2, "port 80 reaches 8080 of the one and 9080 of the other");
    Answer only = client.get(kimho, 406);
    show.expect(
        only.server().equals("kimho-other-pod"), "port 406 reaches the only Pod that has it");
  }

  private void external() throws IOException {
    String address = cluster.clusterIp("external-service", false);
    show.heading("Endpoints written by hand: " + String.join(" and ", EXTERNAL));
    Map<String, Integer> answered = client.spread(address, 80, CONNECTIONS);
    show.bars(answered);
    show.expect(even(answered, Set.copyOf(EXTERNAL)), "both are used, in even shares");
  }

  /**
   * Within half of the fair share: chance alone goes that far less than once in a million times.
   */
  static boolean even(Map<String, Integer> answered, Set<String> expected) {
    int all = answered.values().stream().mapToInt(Integer::intValue).sum();
    double fair = (double) all / expected.size();
    return answered.keySet().equals(expected)
        && answered.values().stream().allMatch(n -> Math.abs(n - fair) <= fair / 2);
  }
}
