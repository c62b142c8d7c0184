// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Plays every scenario with its objects in an API server instead of a folder. */
@Tag("kernel")
class ApiFlowsTest {

  @TestFactory
  Stream<DynamicTest> daemon(@TempDir Path work) throws IOException {
    CommandLine run = AllScenarios.commandOverApi("run");
    return AllScenarios.play(RuleTarget.NFTABLES, work, place -> new ApiApplier(run, place));
  }
}
