// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plays every scenario against the real {@code ./ferrule} in mode nftables, once with {@code apply}
 * at each step and once with {@code run}, which follows the folder by itself.
 *
 * <p>Another program can be put in its place with {@code -Dferrule.flows.apply} and {@code
 * -Dferrule.flows.run}: a command line with {@code {config}} and {@code {manifests}} in it.
 */
@Tag("kernel")
class ScenarioFlowsTest {

  @TestFactory
  Stream<DynamicTest> once(@TempDir Path work) throws IOException {
    CommandLine apply = AllScenarios.command("ferrule.flows.apply", "apply");
    return play(work, place -> new OnceApplier(apply, place));
  }

  @TestFactory
  Stream<DynamicTest> daemon(@TempDir Path work) throws IOException {
    CommandLine run = AllScenarios.command("ferrule.flows.run", "run");
    return play(work, place -> new DaemonApplier(run, place));
  }

  private static Stream<DynamicTest> play(Path work, Applier.Factory appliers) throws IOException {
    return AllScenarios.play(RuleTarget.NFTABLES, work, appliers);
  }
}
