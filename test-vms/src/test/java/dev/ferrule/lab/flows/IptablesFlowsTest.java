// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plays every scenario that is for mode iptables. Either variant of iptables is played with one of
 * {@code apply} and {@code run}, and with {@code -Dferrule.flows.all=true} with both: the rules are
 * the same, whoever writes them.
 */
@Tag("kernel")
class IptablesFlowsTest {

  @TestFactory
  Stream<DynamicTest> onceWithLegacy(@TempDir Path work) throws IOException {
    return once(RuleTarget.IPTABLES_LEGACY, work);
  }

  @TestFactory
  Stream<DynamicTest> daemonWithNft(@TempDir Path work) throws IOException {
    return daemon(RuleTarget.IPTABLES_NFT, work);
  }

  @TestFactory
  @EnabledIfSystemProperty(named = "ferrule.flows.all", matches = "true")
  Stream<DynamicTest> onceWithNft(@TempDir Path work) throws IOException {
    return once(RuleTarget.IPTABLES_NFT, work);
  }

  @TestFactory
  @EnabledIfSystemProperty(named = "ferrule.flows.all", matches = "true")
  Stream<DynamicTest> daemonWithLegacy(@TempDir Path work) throws IOException {
    return daemon(RuleTarget.IPTABLES_LEGACY, work);
  }

  private static Stream<DynamicTest> once(RuleTarget target, Path work) throws IOException {
    CommandLine apply = AllScenarios.command("ferrule.flows.apply", "apply");
    return AllScenarios.play(target, work, place -> new OnceApplier(apply, place));
  }

  private static Stream<DynamicTest> daemon(RuleTarget target, Path work) throws IOException {
    CommandLine run = AllScenarios.command("ferrule.flows.run", "run");
    return AllScenarios.play(target, work, place -> new DaemonApplier(run, place));
  }
}
