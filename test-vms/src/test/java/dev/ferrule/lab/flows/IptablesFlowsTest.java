// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plays every scenario that is for mode iptables. Either variant of iptables is played with one of
 * {@code apply} and {@code run}, and with {@code -Dferrule.flows.all=true} with both: the rules are
 * the same, whoever writes them.
 */
@Tag("kernel")
class IptablesFlowsTest {

  private static final boolean ALL = Boolean.getBoolean("ferrule.flows.all");

  @TestFactory
  Stream<DynamicTest> once(@TempDir Path work) throws IOException {
    CommandLine apply = AllScenarios.command("ferrule.flows.apply", "apply");
    return play(work, RuleTarget.IPTABLES_LEGACY, place -> new OnceApplier(apply, place));
  }

  @TestFactory
  Stream<DynamicTest> daemon(@TempDir Path work) throws IOException {
    CommandLine run = AllScenarios.command("ferrule.flows.run", "run");
    return play(work, RuleTarget.IPTABLES_NFT, place -> new DaemonApplier(run, place));
  }

  private static Stream<DynamicTest> play(Path work, RuleTarget usually, Applier.Factory appliers)
      throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (RuleTarget target : List.of(RuleTarget.IPTABLES_NFT, RuleTarget.IPTABLES_LEGACY)) {
      if (ALL || target == usually) {
        Path place = Files.createDirectory(work.resolve(target.variant()));
        AllScenarios.play(target, place, appliers).forEach(tests::add);
      }
    }
    return tests.stream();
  }
}
