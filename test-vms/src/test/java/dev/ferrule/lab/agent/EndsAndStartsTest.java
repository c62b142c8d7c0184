// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.Caller;
import dev.ferrule.lab.LabPod;
import dev.ferrule.lab.SteadyTraffic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** However the daemon ends and whenever it comes back, connections do not notice. */
@Tag("kernel")
class EndsAndStartsTest {

  private static final String WEB = "10.96.1.1";
  private static final int ROUNDS = 8;

  @TempDir private Path work;

  private Cluster cluster;
  private List<LabPod> pods;

  @BeforeEach
  void create() {
    cluster = new Cluster(work);
    pods = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      pods.add(cluster.pod("web-" + i));
    }
    cluster.put("web.yaml", Texts.service("web", WEB));
    cluster.put("web-slices.yaml", Texts.slices("web", pods));
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void killedAtAnyInstantItLeavesWholeRulesAndNoConnectionFails() throws Exception {
    Random random = new Random(7);
    cluster.daemon().awaitInStep().kill();
    SteadyTraffic fromNode = traffic(Caller.in(cluster.host()));
    SteadyTraffic fromOutside = traffic(Caller.in(cluster.outside()));
    AtomicBoolean enough = new AtomicBoolean();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<Integer> changes = thread.submit(() -> keepChanging(enough));
      for (int round = 0; round < ROUNDS; round++) {
        Daemon daemon = cluster.daemon();
        if (round % 2 == 0) {
          daemon.awaitInStep();
          Wait.pause(Duration.ofMillis(random.nextInt(300)));
        } else {
          daemon.awaitFirstCommit(random.nextInt(30));
        }
        assertThat(daemon.isAlive()).isTrue();
        daemon.kill();
        cluster.assertWhole();
      }
      enough.set(true);
      assertThat(changes.get()).isGreaterThan(50);
    } finally {
      enough.set(true);
      thread.shutdown();
    }
    SteadyTraffic.Tally node = fromNode.stop();
    SteadyTraffic.Tally outside = fromOutside.stop();
    assertThat(node.failed()).isEmpty();
    assertThat(outside.failed()).isEmpty();
    assertThat(node.connections() + outside.connections()).isGreaterThan(500);

    cluster.daemon().awaitInStep();
    cluster.awaitInStep();
  }

  private int keepChanging(AtomicBoolean enough) throws IOException {
    RandomManifests noise = new RandomManifests(cluster.folder(), 11);
    Random random = new Random(12);
    int changes = 0;
    while (!enough.get()) {
      noise.step();
      List<LabPod> some = new ArrayList<>(pods);
      Collections.shuffle(some, random);
      cluster.put("web-slices.yaml", Texts.slices("web", some.subList(0, 1 + random.nextInt(4))));
      changes++;
      Wait.pause(Duration.ofMillis(3));
    }
    return changes;
  }

  @Test
  void startedAgainItChangesOnlyWhatDiffersAndNothingIfNothingDoes() {
    cluster.put("api.yaml", Texts.service("api", "10.96.1.2"));
    cluster.put("api-slices.yaml", Texts.slices("api", pods.subList(0, 2)));
    cluster.daemon().awaitInStep().kill();
    int generation = cluster.generation();

    Daemon unchanged = cluster.daemon().awaitInStep();
    assertThat(cluster.generation()).isEqualTo(generation);
    assertThat(unchanged.told("committed")).isZero();
    unchanged.kill();

    cluster.put("web-slices.yaml", Texts.slices("web", pods.subList(1, 4)));
    Daemon changed = cluster.daemon().awaitInStep();
    assertThat(cluster.generation()).isEqualTo(generation + 1);
    assertThat(changed.errors())
        .contains("~ Service default/web")
        .doesNotContain("default/api")
        .contains("Services +0 ~1 -0");
    cluster.awaitInStep();
  }

  @Test
  void sigtermEndsItAtOnceAndTheRulesStay() {
    Daemon daemon = cluster.daemon().awaitInStep();
    SteadyTraffic traffic = traffic(Caller.in(cluster.outside()));
    int generation = cluster.generation();
    long start = System.nanoTime();
    int exit = daemon.terminate();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    assertThat(exit).isEqualTo(143);
    assertThat(cluster.generation()).isEqualTo(generation);
    assertThat(cluster.missing().list()).isEmpty();
    Wait.pause(Duration.ofMillis(200));
    assertThat(traffic.stop().failed()).isEmpty();
  }

  private static SteadyTraffic traffic(Caller caller) {
    return SteadyTraffic.start(caller, WEB, 80, Duration.ofMillis(5));
  }
}
