// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Plays all scenarios that are for a kind of rules, several at a time. */
final class AllScenarios {

  /**
   * How many scenarios are played at a time, each with namespaces of its own. More than there are
   * processors usually, since most of the time something is waited for.
   */
  private static final int AT_ONCE = Integer.getInteger("ferrule.flows.at-once", 3);

  private static final Path FLOWS = basedir().resolve("src/test/resources/flows");

  private AllScenarios() {}

  /**
   * A test for each scenario; they are played at once, whether anybody looks at the tests or not.
   * {@code ferrule explain} must tell the same of each flow.
   */
  static Stream<DynamicTest> play(RuleTarget target, Path work, Applier.Factory appliers)
      throws IOException {
    // Another program in our place is not asked to explain.
    boolean ours =
        (System.getProperty("ferrule.flows.apply", "")
                + System.getProperty("ferrule.flows.run", ""))
            .isEmpty();
    ScenarioPlayer player = new ScenarioPlayer(target, appliers, ours);
    ExecutorService players = Executors.newFixedThreadPool(AT_ONCE);
    List<Played> all =
        files().stream()
            .map(Scenario::read)
            .filter(s -> s.isFor(target.mode()))
            .map(
                s ->
                    new Played(
                        s.name(),
                        players.submit(
                            () -> player.play(s, Files.createDirectory(work.resolve(s.name()))))))
            .toList();
    players.shutdown();
    return all.stream().map(p -> DynamicTest.dynamicTest(p.scenario(), p::check));
  }

  /** A scenario and what was wrong with it, once it is over. */
  private record Played(String scenario, Future<List<String>> complaints) {
    void check() throws Exception {
      try {
        assertThat(complaints.get()).as(scenario).isEmpty();
      } catch (ExecutionException e) {
        throw e.getCause() instanceof Exception cause ? cause : e;
      }
    }
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(FLOWS)) {
      String only = System.getProperty("ferrule.flows.only", "");
      return all.filter(f -> f.toString().endsWith(".yaml"))
          .filter(f -> f.getFileName().toString().contains(only))
          .sorted()
          .toList();
    }
  }

  /** Our own program with a command, or what stands in the system property instead. */
  static CommandLine command(String property, String verb) {
    String instead = System.getProperty(property, "");
    if (!instead.isEmpty()) {
      return CommandLine.parse(instead);
    }
    return ours(verb, "--manifests", "{manifests}");
  }

  /** Our own program with a command, over an API server. */
  static CommandLine commandOverApi(String verb) {
    return ours(verb, "--kubeconfig", "{kubeconfig}");
  }

  private static CommandLine ours(String verb, String source, String place) {
    String root =
        System.getProperty("ferrule.root", basedir().resolve("..").normalize().toString());
    return CommandLine.of(
        Path.of(root, "ferrule").toString(), verb, "--config", "{config}", source, place);
  }

  private static Path basedir() {
    return Path.of(System.getProperty("basedir", ".")).toAbsolutePath().normalize();
  }
}
