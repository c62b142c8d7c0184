// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.Caller;
import dev.ferrule.lab.Command;
import dev.ferrule.lab.LabPod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections of Services and endpoints, counted by the kernel and shown as metrics. */
@Tag("kernel")
class TrafficTest {

  private static final String WEB = "10.96.1.1";
  private static final String SERVICE = "ferrule_service_connections_total{";
  private static final String ENDPOINT = "ferrule_endpoint_connections_total{";

  @TempDir private static Path work;

  private static Cluster cluster;
  private static Caller caller;
  private static final List<LabPod> PODS = new ArrayList<>();

  @BeforeAll
  static void create() {
    cluster = new Cluster(work);
    caller = Caller.in(cluster.host());
    for (int i = 1; i <= 4; i++) {
      PODS.add(cluster.pod("web-" + i));
    }
  }

  @AfterAll
  static void close() {
    caller.close();
    cluster.close();
  }

  @Test
  void countsGoOnWhenEndpointsComeAndGoAndTablesAreRemovedAndBeginAnewWithTheAgent()
      throws IOException {
    cluster.put("web.yaml", Texts.service("web", WEB));
    serve(0, 1, 2);
    try (Daemon daemon = cluster.daemon("--counters", "endpoints").awaitInStep()) {
      caller.spread(WEB, 80, 100);
      Wait.untilEqual(100L, () -> sum(SERVICE));
      assertThat(sum(ENDPOINT)).isEqualTo(100);

      serve(0, 3);
      Wait.untilEqual(true, () -> cluster.list("list", "ruleset").contains(PODS.get(3).ipv4()));
      caller.spread(WEB, 80, 20);
      Wait.untilEqual(120L, () -> sum(SERVICE));
      assertThat(sum(ENDPOINT)).as("with endpoints that are gone").isEqualTo(120);

      assertThat(cluster.nft("flush ruleset").exit()).isZero();
      daemon.awaitError("put right");
      caller.spread(WEB, 80, 5);
      Wait.untilEqual(125L, () -> sum(SERVICE));

      String listing = cluster.list("list", "ruleset");
      assertThat(listing).contains("counter packets 5 ");
      Command.Result reloaded = cluster.nft("flush ruleset\n" + listing);
      assertThat(reloaded.errors()).isEmpty();
      Wait.untilEqual(0, () -> cluster.ferrule("plan", "--counters", "endpoints").exit());
    }
    try (Daemon next = cluster.daemon("--counters", "endpoints").awaitInStep()) {
      assertThat(next.told("committed")).as("nothing to change").isZero();
      assertThat(sum(SERVICE)).isZero();
      caller.spread(WEB, 80, 7);
      Wait.untilEqual(7L, () -> sum(SERVICE));
    }
    try (Daemon without = cluster.daemon().awaitInStep()) {
      assertThat(without.told("committed")).isEqualTo(1);
      assertThat(cluster.list("list", "ruleset")).doesNotContain("counter");
      assertThat(page())
          .doesNotContain(SERVICE)
          .contains("ferrule_commits_total{cause=\"start\"} 1.0");
    }
  }

  private static void serve(int... pods) {
    List<String> addresses = new ArrayList<>();
    for (int pod : pods) {
      addresses.add(PODS.get(pod).ipv4());
    }
    cluster.put("web-slices.yaml", Texts.slice("web", "IPv4", addresses));
  }

  private static String page() {
    try {
      return caller.page("127.0.0.1", 10249, "/metrics").body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of all lines about the Service that begin so. */
  private static long sum(String beginning) {
    return page()
        .lines()
        .filter(line -> line.startsWith(beginning))
        .filter(line -> line.contains("namespace=\"default\"") && line.contains("service=\"web\""))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
