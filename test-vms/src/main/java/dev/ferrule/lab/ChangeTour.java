// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Pods come and go under traffic that does not stop, and nobody loses a connection. */
final class ChangeTour {
  private static final Duration PAUSE = Duration.ofMillis(2);
  private static final Duration SETTLE = Duration.ofMillis(700);
  private static final int CONNECTIONS = 500;

  private final DemoCluster cluster;
  private final Show show;
  private final Caller client;

  ChangeTour(DemoCluster cluster, Show show, Caller client) {
    this.cluster = cluster;
    this.show = show;
    this.client = client;
  }

  void play() throws IOException {
    String web = cluster.clusterIp("web", false);
    SteadyTraffic traffic = SteadyTraffic.start(cluster.from("client"), web, 80, PAUSE);
    SteadyTraffic.Tally tally;
    try {
      scaleUp(web);
      unready(web);
      scaleDown(web);
    } finally {
      tally = traffic.stop();
    }
    show.heading("The client that called all the while");
    show.bars(tally.answered());
    tally.failed().forEach((reason, n) -> show.line(n + " times " + reason));
    show.expect(
        tally.failures() == 0,
        "%d connections during these changes, %d failed"
            .formatted(tally.connections(), tally.failures()));
  }

  private void scaleUp(String web) throws IOException {
    show.heading("Scale up: two more Pods for web");
    List<JsonNode> started =
        List.of(cluster.kubelet().start(replica(4)), cluster.kubelet().start(replica(5)));
    ManifestFolder preview = cluster.preview();
    started.forEach(preview::put);
    showPlan(preview);
    started.forEach(cluster.folder()::put);
    settle();
    showLog();
    Map<String, Integer> answered = client.spread(web, 80, CONNECTIONS);
    show.bars(answered);
    show.expect(
        ServiceTour.even(answered, Set.of("web-1", "web-2", "web-3", "web-4", "web-5")),
        "five Pods in even shares");
  }

  private void unready(String web) throws IOException {
    show.heading("web-1 fails its readiness probe");
    cluster.kubelet().setReady("web-1", false);
    settle();
    showLog();
    Map<String, Integer> answered = client.spread(web, 80, CONNECTIONS);
    show.bars(answered);
    show.expect(
        ServiceTour.even(answered, Set.of("web-2", "web-3", "web-4", "web-5")),
        "the other four share its part");
  }

  private void scaleDown(String web) throws IOException {
    show.heading("Scale down: web-1, web-4 and web-5 go");
    List<String> going = List.of("web-1", "web-4", "web-5");
    ManifestFolder preview = cluster.preview();
    going.forEach(
        name ->
            preview.delete("Pod", replica(Integer.parseInt(name.substring(4))).path("metadata")));
    showPlan(preview);
    // As in a cluster: it is said first, and a Pod serves on until its time of grace is over.
    going.forEach(cluster.kubelet()::terminate);
    settle();
    going.forEach(cluster.kubelet()::remove);
    settle();
    showLog();
    Map<String, Integer> answered = client.spread(web, 80, CONNECTIONS);
    show.bars(answered);
    show.expect(ServiceTour.even(answered, Set.of("web-2", "web-3")), "two Pods in even shares");
  }

  private void showPlan(ManifestFolder preview) {
    Command.Result plan = cluster.ferrule().over(preview.path(), "plan");
    show.command("ferrule plan", plan.said(), 30);
    show.expect(plan.exit() == 2, "the plan says what will change");
  }

  private void showLog() {
    List<String> lines = cluster.agentLog();
    if (!lines.isEmpty()) {
      show.command("ferrule run", String.join("\n", lines), 12);
    }
  }

  /** One more like web-2. */
  private JsonNode replica(int number) {
    ObjectNode pod = cluster.kubelet().manifest("web-2").deepCopy();
    pod.remove("status");
    pod.withObject("/spec").remove("nodeName");
    pod.withObject("/metadata").put("name", "web-" + number);
    return pod;
  }

  private static void settle() {
    try {
      Thread.sleep(SETTLE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted", e);
    }
  }
}
