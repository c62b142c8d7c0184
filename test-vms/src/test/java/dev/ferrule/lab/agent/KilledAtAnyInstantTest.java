// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.Caller;
import dev.ferrule.lab.LabPod;
import dev.ferrule.lab.NetNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL at random instants while 1,000 Services change and connections are made. {@code
 * -Dferrule.kills=200 -Dferrule.kills.seed=...} for more of them, and others.
 */
@Tag("kernel")
class KilledAtAnyInstantTest {

  private static final int KILLS = Integer.getInteger("ferrule.kills", 15);
  private static final long SEED = Long.getLong("ferrule.kills.seed", 20);
  private static final int SERVICES = 1000;
  private static final int PODS = 5;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Until threads that have nothing to do have ended. */
  private static final Duration REST = Duration.ofSeconds(12);

  private enum Instant {
    /** From the first instruction to the first commit and a little later. */
    START,
    /** In step and following changes. */
    FOLLOWING,
    /** Somewhere in {@code ferrule apply}. */
    APPLY
  }

  @TempDir private Path work;

  private Cluster cluster;
  private LabPod client;
  private Caller caller;
  private ChurnedServices churn;

  @BeforeEach
  void create() {
    cluster = new Cluster(work);
    client = cluster.pod("client");
    caller = Caller.in(cluster.host(), Duration.ofSeconds(10));
    List<LabPod> pods = new ArrayList<>();
    for (int i = 0; i < PODS; i++) {
      pods.add(cluster.pod("pod-" + i));
    }
    churn = new ChurnedServices(cluster, pods, SERVICES, SEED);
  }

  @AfterEach
  void close() {
    churn.close();
    caller.close();
    cluster.close();
  }

  @Test
  void rulesAreWholeNoConnectionFailsAndNothingIsLeftBehind() {
    long begun = System.nanoTime();
    Daemon first = cluster.daemon().awaitInStep();
    double start = (System.nanoTime() - begun) / 1e9;
    first.kill();
    long retransmitted = retransmitted(client.namespace());
    ServiceTraffic traffic = ServiceTraffic.start(cluster, client);
    churn.resume();
    Random random = new Random(SEED);
    Map<Instant, Integer> kills = new EnumMap<>(Instant.class);
    for (int i = 0; i < KILLS; i++) {
      Instant instant = Instant.values()[random.nextInt(Instant.values().length)];
      kill(instant, random, start);
      kills.merge(instant, 1, Integer::sum);
      cluster.assertWhole();
    }
    Daemon last = cluster.daemon().awaitInStep();
    assertThat(readyz()).isEqualTo(200);
    Wait.pause(REST);
    ProcessUse before = ProcessUse.of(last.pid());
    int changes = churn.changes();
    Wait.until(PATIENCE, () -> churn.changes() > changes + 500);
    churn.pause();
    // Unlike others, plan knows which addresses were given to Services by the agent.
    Wait.untilEqual(0, () -> cluster.ferrule("plan").exit());
    System.out.printf(
        Locale.ROOT,
        "killed %s (seed %d; a start takes %.1f s) in %.0f s with %d changes at %d Services; SYNs"
            + " sent again: %d%n",
        kills,
        SEED,
        start,
        (System.nanoTime() - begun) / 1e9,
        churn.changes(),
        SERVICES,
        retransmitted(client.namespace()) - retransmitted);
    traffic.stopAndExpectNoFailure(KILLS + " kills", PODS);
    assertThat(retransmitted(client.namespace())).isEqualTo(retransmitted);
    Wait.pause(REST);
    ProcessUse after = ProcessUse.of(last.pid());
    System.out.println("the last agent before " + before + " and after " + after);
    assertThat(after.descriptors()).isLessThanOrEqualTo(before.descriptors() + 2);
    assertThat(after.threads()).isLessThanOrEqualTo(before.threads() + 2);
    expectStateOfAFreshBuild(last);
  }

  private void kill(Instant instant, Random random, double start) {
    switch (instant) {
      case START -> {
        try (Daemon daemon = cluster.daemon()) {
          Wait.pause(Duration.ofMillis((long) (random.nextDouble() * start * 1200)));
          assertThat(daemon.isAlive()).isTrue();
          daemon.kill();
        }
      }
      case FOLLOWING -> {
        try (Daemon daemon = cluster.daemon().awaitInStep()) {
          assertThat(readyz()).isEqualTo(200);
          Wait.pause(Duration.ofMillis(random.nextInt(400)));
          assertThat(daemon.isAlive()).isTrue();
          daemon.kill();
        }
      }
      case APPLY -> {
        try (Daemon apply = Daemon.start(cluster.host(), cluster.commandLine("apply"), work)) {
          Wait.pause(Duration.ofMillis((long) (random.nextDouble() * start * 1000)));
          apply.kill();
        }
      }
    }
  }

  private int readyz() {
    try {
      return caller.page("127.0.0.1", 10256, "/readyz").status();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * How many SYNs were sent again because the first was not answered: where a packet met no rule
   * the connection would still be made a second later. Not asked of the clients outside: their
   * connections are masqueraded to few addresses, and some meet a port that a server still
   * remembers, also while no agent runs at all.
   */
  private static long retransmitted(NetNamespace namespace) {
    List<String[]> lines =
        namespace
            .exec("grep", "^TcpExt:", "/proc/net/netstat")
            .output()
            .lines()
            .map(line -> line.split(" ", -1))
            .toList();
    int column = List.of(lines.get(0)).indexOf("TCPSynRetrans");
    return Long.parseLong(lines.get(1)[column]);
  }

  private void expectStateOfAFreshBuild(Daemon last) {
    List<String> rules = WholeRuleset.of(cluster);
    last.terminate();
    assertThat(files()).noneMatch(name -> name.endsWith(".new"));
    assertThat(cluster.nft("flush ruleset").said()).isEmpty();
    assertThat(cluster.ferrule("apply").exit()).isZero();
    assertThat(rules).isEqualTo(WholeRuleset.of(cluster)).hasSizeGreaterThan(SERVICES);
    assertThat(rules.stream().filter(line -> line.startsWith("table ")).toList())
        .containsExactly("table ip ferrule {", "table ip6 ferrule {");
  }

  private List<String> files() {
    try (Stream<Path> all = Files.list(work)) {
      return all.map(file -> file.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
