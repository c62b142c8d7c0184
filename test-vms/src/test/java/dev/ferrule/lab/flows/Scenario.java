// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ferrule.lab.ManifestFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/** One scenario: a node, the objects of a cluster, and what becomes of packets step by step. */
record Scenario(
    String name,
    String kind,
    List<String> backends,
    NodeSettings node,
    List<JsonNode> objects,
    List<Step> steps) {

  private static final int ENTRIES_PER_STEP = 100;

  /** Objects change, then packets are tried. State carries over from step to step. */
  record Step(
      String name,
      boolean restartAgent,
      List<JsonNode> delete,
      List<JsonNode> apply,
      int waitSeconds,
      List<ConntrackEntry> conntrack,
      List<Flow> flows,
      List<HealthCheck> healthChecks,
      List<Gauge> metrics) {}

  static Scenario read(Path file) {
    JsonNode root = ManifestFolder.read(file).get(0);
    List<Step> steps = new ArrayList<>();
    if (!root.has("steps") || root.has("flows")) {
      steps.add(step("", root, 0));
    }
    root.path("steps").forEach(s -> steps.add(step(s.path("name").asText(), s, steps.size())));
    return new Scenario(
        root.path("name").asText(),
        root.path("kind").asText("flow"),
        texts(root.path("backends")),
        NodeSettings.of(root.path("node")),
        list(root.path("objects")),
        steps);
  }

  /** Whether it says what an agent does in that mode. */
  boolean isFor(String backend) {
    return backends.isEmpty() || backends.contains(backend);
  }

  private static Step step(String name, JsonNode step, int index) {
    return new Step(
        name,
        step.path("restartAgent").asBoolean(),
        list(step.path("delete")),
        list(step.path("apply")),
        step.path("waitSeconds").asInt(),
        entries(step.path("conntrack").path("entries"), index * ENTRIES_PER_STEP),
        list(step.path("flows")).stream().map(Flow::of).toList(),
        list(step.path("healthChecks")).stream().map(HealthCheck::of).toList(),
        list(step.path("metrics")).stream().map(Gauge::of).toList());
  }

  private static List<ConntrackEntry> entries(JsonNode entries, int first) {
    return IntStream.range(0, entries.size())
        .mapToObj(number -> ConntrackEntry.of(entries.get(number), first + number))
        .toList();
  }

  static List<JsonNode> list(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }

  static List<String> texts(JsonNode array) {
    return list(array).stream().map(JsonNode::asText).toList();
  }
}
