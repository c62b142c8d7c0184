// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plays every scenario against the real {@code ./ferrule}, once with {@code apply} at each step and
 * once with {@code run}, which follows the folder by itself.
 *
 * <p>Another program can be put in its place with {@code -Dferrule.flows.apply} and {@code
 * -Dferrule.flows.run}: a command line with {@code {config}} and {@code {manifests}} in it.
 */
@Tag("kernel")
class ScenarioFlowsTest {
  /** Scenario name to the reason why it is not played. Each entry is a debt. */
  private static final Map<String, String> EXCLUDED = Map.of();

  /** The same for those that are played with {@code apply} only. */
  private static final Map<String, String> EXCLUDED_WITH_RUN = Map.of();

  /**
   * How many scenarios are played at a time, each with namespaces of its own. More than there are
   * processors usually, since most of the time something is waited for.
   */
  private static final int AT_ONCE = Integer.getInteger("ferrule.flows.at-once", 3);

  private static final Path FLOWS = basedir().resolve("src/test/resources/flows");

  @TestFactory
  Stream<DynamicTest> once(@TempDir Path work) throws IOException {
    CommandLine apply = command("ferrule.flows.apply", "apply");
    return play(work, Set.of(), place -> new OnceApplier(apply, place));
  }

  @TestFactory
  Stream<DynamicTest> daemon(@TempDir Path work) throws IOException {
    CommandLine run = command("ferrule.flows.run", "run");
    return play(work, EXCLUDED_WITH_RUN.keySet(), place -> new DaemonApplier(run, place));
  }

  @Test
  void exclusionsNameScenarios() throws IOException {
    Set<String> names =
        files().stream().map(f -> Scenario.read(f).name()).collect(Collectors.toSet());
    assertThat(names).containsAll(EXCLUDED.keySet()).containsAll(EXCLUDED_WITH_RUN.keySet());
  }

  private static Stream<DynamicTest> play(Path work, Set<String> without, Applier.Factory appliers)
      throws IOException {
    // Another program in our place is not asked to explain.
    boolean ours =
        (System.getProperty("ferrule.flows.apply", "")
                + System.getProperty("ferrule.flows.run", ""))
            .isEmpty();
    ScenarioPlayer player = new ScenarioPlayer("nftables", appliers, ours);
    ExecutorService players = Executors.newFixedThreadPool(AT_ONCE);
    List<Played> all =
        files().stream()
            .map(Scenario::read)
            .filter(s -> !EXCLUDED.containsKey(s.name()) && !without.contains(s.name()))
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

  private static CommandLine command(String property, String verb) {
    String instead = System.getProperty(property, "");
    if (!instead.isEmpty()) {
      return CommandLine.parse(instead);
    }
    String root =
        System.getProperty("ferrule.root", basedir().resolve("..").normalize().toString());
    return CommandLine.of(
        Path.of(root, "ferrule").toString(),
        verb,
        "--config",
        "{config}",
        "--manifests",
        "{manifests}");
  }

  private static Path basedir() {
    return Path.of(System.getProperty("basedir", ".")).toAbsolutePath().normalize();
  }
}
