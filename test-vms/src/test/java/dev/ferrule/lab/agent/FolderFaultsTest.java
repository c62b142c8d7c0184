// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.Caller;
import dev.ferrule.lab.LabPod;
import dev.ferrule.lab.SteadyTraffic;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can happen to files and folders under a running daemon; traffic goes on all the while. */
@Tag("kernel")
class FolderFaultsTest {

  private static final String WEB = "10.96.1.1";
  private static final String BAD = "kind: Service\nspec: {ports: [unclosed\n";

  @TempDir private static Path work;

  private static Cluster cluster;
  private static Daemon daemon;
  private static final List<LabPod> PODS = new ArrayList<>();

  private SteadyTraffic traffic;
  private String said;

  @BeforeAll
  static void create() {
    cluster = new Cluster(work);
    for (int i = 1; i <= 2; i++) {
      PODS.add(cluster.pod("web-" + i));
    }
    putGood();
    daemon = cluster.daemon().awaitInStep();
  }

  private static void putGood() {
    cluster.put("web.yaml", Texts.service("web", WEB));
    cluster.put("web-slices.yaml", Texts.slices("web", PODS));
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  @BeforeEach
  void startTraffic() {
    said = daemon.errors();
    traffic = SteadyTraffic.start(Caller.in(cluster.outside()), WEB, 80, Duration.ofMillis(5));
  }

  @AfterEach
  void noConnectionFailed() {
    SteadyTraffic.Tally tally = traffic.stop();
    assertThat(tally.failed()).isEmpty();
    assertThat(tally.connections()).isPositive();
    assertThat(daemon.isAlive()).isTrue();
    putGood();
    cluster.awaitInStep();
  }

  @Test
  void aFileThatTurnsBadIsHeldNamedOnceAndNamedAgainWhenItIsRepaired() {
    cluster.put("web.yaml", BAD);
    awaitTold("skipped: web.yaml", 1);
    // Another change, so that it has a reason to speak again.
    cluster.put("other.yaml", Texts.service("other", "10.96.1.2"));
    awaitTold("Service default/other", 1);
    assertThat(told("skipped: web.yaml")).isEqualTo(1);
    cluster.assertWhole();
    putGood();
    awaitTold("no longer skipped: web.yaml", 1);
    assertThat(told("Service default/web")).isZero();
  }

  @Test
  void aFaultyObjectAmongGoodOnesHoldsItsOwnLastGoodStateOnly() {
    cluster.put("pair.yaml", pair("10.96.1.10", "80"));
    awaitTold("Service default/pair-b", 1);
    cluster.put("pair.yaml", pair("10.96.1.11", "99999999"));
    awaitTold("skipped: pair.yaml: Service default/pair-b", 1);
    // Its neighbour in the file moved to the new address.
    Wait.until(Wait.PATIENCE, () -> !frontends().contains("10.96.1.10 "));
    assertThat(frontends()).contains("10.96.1.11 ", "10.96.1.20 ").doesNotContain("10.96.1.10 ");
    cluster.remove("pair.yaml");
    awaitTold("no longer skipped: pair.yaml", 1);
    Wait.until(Wait.PATIENCE, () -> !frontends().contains("10.96.1.20 "));
    assertThat(frontends()).doesNotContain("10.96.1.11 ", "10.96.1.20 ");
  }

  @Test
  void aFileIsReadOnlyOnceItIsWhole() throws IOException {
    String text = Texts.service("slow", "10.96.1.3");
    try (Writer file = Files.newBufferedWriter(cluster.folder().resolve("slow.yaml"))) {
      file.write(text.substring(0, text.length() / 2));
      file.flush();
      // A change of another file is taken up meanwhile.
      cluster.put("quick.yaml", Texts.service("quick", "10.96.1.4"));
      awaitTold("Service default/quick", 1);
      assertThat(frontends()).doesNotContain("10.96.1.3 ");
      assertThat(told("slow.yaml")).isZero();
      file.write(text.substring(text.length() / 2));
    }
    awaitTold("Service default/slow", 1);
    assertThat(told("slow.yaml")).isZero();
  }

  @Test
  void aFileThatGoesWhileItIsWrittenLeavesNothing() throws IOException {
    Path path = cluster.folder().resolve("gone.yaml");
    String text = Texts.service("gone", "10.96.1.5");
    try (Writer file = Files.newBufferedWriter(path)) {
      file.write(text.substring(0, text.length() / 2));
      file.flush();
      Files.delete(path);
      file.write(text.substring(text.length() / 2));
    }
    cluster.put("after.yaml", Texts.service("after", "10.96.1.6"));
    awaitTold("Service default/after", 1);
    assertThat(frontends()).doesNotContain("10.96.1.5 ");
    assertThat(told("gone.yaml")).isZero();
  }

  @Test
  @DisplayName("should work after restarting apiserver")
  void aFolderThatIsAwayIsNamedAndFollowedAgainWhenItIsBack() throws IOException {
    Path away = cluster.folder().resolveSibling("away");
    int generation = cluster.generation();
    Files.move(cluster.folder(), away);
    awaitTold("is not there; what was last known stays in force", 1);
    assertThat(cluster.generation()).isEqualTo(generation);
    Files.writeString(away.resolve("back.yaml"), Texts.service("back", "10.96.1.7"));
    Files.move(away, cluster.folder());
    awaitTold("Service default/back", 1);
    // Problems are told after the commit they belong to.
    awaitTold("no longer skipped: " + cluster.folder(), 1);
    cluster.put("again.yaml", Texts.service("again", "10.96.1.8"));
    awaitTold("Service default/again", 1);
    cluster.awaitInStep();
  }

  @Test
  void filesTooLargeAreNamedAndOthersWork() throws IOException {
    Path half = cluster.folder().resolve("large.half");
    try (BufferedWriter file = Files.newBufferedWriter(half)) {
      String line = "# " + "x".repeat(98) + "\n";
      for (int i = 0; i < 400_000; i++) {
        file.write(line);
      }
    }
    Files.move(half, cluster.folder().resolve("large.yaml"));
    awaitTold("skipped: large.yaml: has 40", 1);
    cluster.put("small.yaml", Texts.service("small", "10.96.1.9"));
    awaitTold("Service default/small", 1);
    cluster.remove("large.yaml");
    awaitTold("no longer skipped: large.yaml", 1);
  }

  @Test
  void twoThousandFilesAtOnceAreAllTakenUp() throws IOException {
    for (int i = 0; i < 2000; i++) {
      Files.writeString(
          cluster.folder().resolve("many-" + i + ".yaml"),
          Texts.service("many-" + i, "10.97." + i / 250 + "." + (i % 250 + 1)));
    }
    cluster.awaitInStep();
    assertThat(frontends().lines().count()).isGreaterThan(2000);
    try (Stream<Path> files = Files.list(cluster.folder())) {
      for (Path file : files.filter(f -> f.toString().contains("many-")).toList()) {
        Files.delete(file);
      }
    }
    cluster.awaitInStep();
    assertThat(frontends()).doesNotContain("10.97.");
  }

  private static String pair(String first, String secondPort) {
    return """
        apiVersion: v1
        kind: Service
        metadata: {name: pair-a}
        spec: {clusterIP: %s, ports: [{port: 80}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: pair-b}
        spec: {clusterIP: 10.96.1.20, ports: [{port: %s}]}
        """
        .formatted(first, secondPort);
  }

  /** All that the kernel has of Services without endpoints. */
  private static String frontends() {
    return cluster.list("list", "set", "ip", "ferrule", "no_endpoints");
  }

  /** How often it has said something since the test began. */
  private long told(String text) {
    return daemon.errors().substring(said.length()).lines().filter(l -> l.contains(text)).count();
  }

  private void awaitTold(String text, long times) {
    Wait.until(Wait.PATIENCE, () -> told(text) >= times);
    assertThat(told(text)).as(daemon.errors().substring(said.length())).isEqualTo(times);
  }
}
