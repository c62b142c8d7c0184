// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.ferrule.lab.Caller;
import dev.ferrule.lab.LabException;
import dev.ferrule.lab.ManifestFolder;
import dev.ferrule.lab.NetNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Plays one scenario with real packets and returns everything that was not as expected. */
final class ScenarioPlayer {
  private static final Duration HTTP_PATIENCE = Duration.ofSeconds(3);

  private final RuleTarget target;
  private final Applier.Factory appliers;
  private final boolean explained;

  ScenarioPlayer(RuleTarget target, Applier.Factory appliers) {
    this(target, appliers, false);
  }

  /** {@code explained} says whether {@code ferrule explain} must tell the same of each flow. */
  ScenarioPlayer(RuleTarget target, Applier.Factory appliers, boolean explained) {
    this.target = target;
    this.appliers = appliers;
    this.explained = explained;
  }

  /** {@code work} is an empty folder for the agent's configuration, manifests and log. */
  List<String> play(Scenario scenario, Path work) throws IOException {
    ManifestFolder folder = new ManifestFolder(Files.createDirectory(work.resolve("manifests")));
    Path config = work.resolve("config.yaml");
    Path state = Files.createDirectory(work.resolve("state"));
    new YAMLMapper().writeValue(config.toFile(), scenario.node().configuration(target, state));
    scenario.node().objects().forEach(folder::put);
    scenario.objects().forEach(folder::put);
    List<String> complaints = new ArrayList<>();
    try (Bench bench = new Bench(scenario.node());
        Caller onNode = Caller.in(bench.node(), HTTP_PATIENCE)) {
      Applier.Place place = new Applier.Place(bench, config, folder.path(), work.resolve("log"));
      Trial trial = new Trial(bench, scenario.node());
      Judge judge = new Judge(trial, scenario.node());
      try (Applier applier = appliers.at(place);
          Explanations explanations = new Explanations(place, trial)) {
        Function<Flow, Optional<String>> question =
            flow ->
                judge
                    .complaint(flow)
                    .or(() -> explained ? explanations.complaint(flow) : Optional.empty());
        for (Scenario.Step step : scenario.steps()) {
          step.conntrack().forEach(entry -> entry.put(bench.node()));
          change(folder, applier, step);
          for (String complaint : check(step, applier, question, onNode, bench.node())) {
            complaints.add(step.name().isEmpty() ? complaint : step.name() + ": " + complaint);
          }
        }
      }
      if (target == RuleTarget.NFTABLES) {
        Optional.of(bench.complaint()).filter(c -> !c.isEmpty()).ifPresent(complaints::add);
      }
    }
    return complaints;
  }

  private static void change(ManifestFolder folder, Applier applier, Scenario.Step step) {
    if (step.restartAgent()) {
      applier.stop();
    }
    for (JsonNode gone : step.delete()) {
      folder.delete(gone.path("kind").asText(), gone);
    }
    step.apply().forEach(folder::put);
    applier.sync();
    pause(Duration.ofSeconds(step.waitSeconds()));
  }

  private List<String> check(
      Scenario.Step step,
      Applier applier,
      Function<Flow, Optional<String>> question,
      Caller onNode,
      NetNamespace node) {
    List<String> complaints = new ArrayList<>();
    // One deadline for the whole step: an agent that is wrong throughout must not take for ever.
    long deadline = System.nanoTime() + applier.patience().toNanos();
    for (Flow flow : step.flows()) {
      if (flow.isFor(target.mode())) {
        patiently(deadline, () -> question.apply(flow))
            .ifPresent(c -> complaints.add(flow + ": " + c));
      }
    }
    // Last, so that an entry that is to stay has had some time to be removed by mistake.
    for (ConntrackEntry entry : step.conntrack()) {
      patiently(deadline, () -> entry.complaint(node)).ifPresent(complaints::add);
    }
    if (applier.answers()) {
      for (HealthCheck check : step.healthChecks()) {
        patiently(deadline, () -> check.ask(onNode)).ifPresent(complaints::add);
      }
      for (Gauge gauge : step.metrics()) {
        patiently(deadline, () -> gauge.ask(onNode)).ifPresent(complaints::add);
      }
    }
    return complaints;
  }

  private static Optional<String> patiently(long deadline, Supplier<Optional<String>> question) {
    Optional<String> complaint = question.get();
    while (complaint.isPresent() && System.nanoTime() < deadline) {
      pause(Duration.ofMillis(100));
      complaint = question.get();
    }
    return complaint;
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted while playing a scenario", e);
    }
  }
}
