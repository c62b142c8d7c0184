// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run --dry-run} says what run would do, and does nothing. */
@Tag("kernel")
class DryRunTest {

  @TempDir private Path work;

  private Cluster cluster;

  @BeforeEach
  void create() {
    cluster = new Cluster(work);
    cluster.put("web.yaml", Texts.service("web", "10.96.1.1"));
    cluster.put("web-slices.yaml", slices("10.244.1.2", "10.244.1.3"));
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void eachChangeIsPrintedAsItComesAndTheKernelIsLeftAlone() {
    int generation = cluster.generation();
    Daemon daemon = cluster.daemon("--dry-run");
    awaitPrinted(daemon, "Plan: Services +1 ~0 -0");
    assertThat(daemon.output()).contains("+ Service default/web");
    follow(daemon);
    assertThat(cluster.generation()).isEqualTo(generation);
    assertThat(cluster.list("list", "ruleset")).isEmpty();
    assertThat(work.toFile().list((folder, name) -> name.startsWith("allocations"))).isEmpty();
    assertThat(daemon.terminate()).isIn(0, 143);
  }

  @Test
  void itStartsFromWhatTheKernelHolds() {
    assertThat(cluster.ferrule("apply").exit()).isZero();
    int generation = cluster.generation();
    String rules = cluster.list("list", "ruleset");
    Daemon daemon = cluster.daemon("--dry-run");
    awaitPrinted(daemon, "No changes");
    follow(daemon);
    assertThat(cluster.generation()).isEqualTo(generation);
    assertThat(cluster.list("list", "ruleset")).isEqualTo(rules);
  }

  @Test
  void itNeedsNoPrivilege() {
    List<String> words =
        new ArrayList<>(List.of("setpriv", "--bounding-set", "-all", "--inh-caps", "-all"));
    words.addAll(cluster.commandLine("run", "--dry-run"));
    try (Daemon daemon = Daemon.start(cluster.host(), words, work)) {
      awaitPrinted(daemon, "+ Service default/web");
      assertThat(daemon.errors()).contains("comparing with nothing");
      assertThat(daemon.errors().lines()).hasSize(1);
      follow(daemon);
    }
  }

  private void follow(Daemon daemon) {
    cluster.put("web-slices.yaml", slices("10.244.1.2"));
    awaitPrinted(daemon, "~ Service default/web  # endpoint gone: 10.244.1.3:8080");
    cluster.put("api.yaml", Texts.service("api", "10.96.1.2"));
    awaitPrinted(daemon, "+ Service default/api");
    cluster.remove("web.yaml");
    awaitPrinted(daemon, "- Service default/web");
    cluster.put("bad.yaml", "kind: [unclosed\n");
    daemon.awaitError("skipped: bad.yaml");
  }

  private static void awaitPrinted(Daemon daemon, String text) {
    Wait.until(Wait.PATIENCE, () -> daemon.output().contains(text));
    assertThat(daemon.output()).contains(text);
  }

  private static String slices(String... addresses) {
    return Texts.slice("web", "IPv4", List.of(addresses));
  }
}
