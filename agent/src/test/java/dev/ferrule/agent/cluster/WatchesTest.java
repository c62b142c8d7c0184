// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.testapi.Churn;
import dev.ferrule.testapi.Fault;
import dev.ferrule.testapi.Fault.Stall;
import dev.ferrule.testapi.Resource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Watches end in many ways, and nothing is lost or turned back by that. */
class WatchesTest {

  private static final ObjectName WEB = TestCluster.name("web");
  private static final ObjectName GONE = TestCluster.name("gone");

  @TempDir private Path directory;
  private TestCluster cluster;
  private FollowedCluster followed;

  @BeforeEach
  void start() throws IOException {
    cluster = TestCluster.start(directory).service("web", 80).service("gone", 80);
    followed = cluster.follow().awaitPicture();
    awaitWatch();
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private void awaitWatch() {
    followed.await(now -> cluster.server.faults().openWatches(Resource.SERVICES) == 1);
  }

  private void changeAndAwait() {
    cluster.port("web", 81).delete("gone");
    followed.await(now -> now.port(WEB) == 81 && !now.has(GONE));
  }

  private long lists() {
    return cluster.server.requests().stream()
        .filter(one -> one.verb().equals("list") && one.resource() == Resource.SERVICES)
        .count();
  }

  private long watchedFrom() {
    return cluster.server.requests().stream()
        .filter(one -> one.verb().equals("watch") && one.resource() == Resource.SERVICES)
        .mapToLong(one -> Long.parseLong(one.parameter("resourceVersion")))
        .max()
        .orElse(0);
  }

  @Test
  void aWatchThatEndsIsContinuedWithoutAList() {
    cluster.server.faults().endWatches(Resource.SERVICES);
    changeAndAwait();
    assertThat(lists()).isEqualTo(1);
  }

  @Test
  void aWatchThatBreaksIsContinuedWithoutAList() {
    cluster.server.faults().breakWatches(Resource.SERVICES);
    changeAndAwait();
    assertThat(lists()).isEqualTo(1);
  }

  @Test
  void aWatchThatBreaksInsideOfAnEventLosesNothing() {
    cluster.server.faults().breakWatchesInNextEvent(Resource.SERVICES);
    changeAndAwait();
    assertThat(lists()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatTheServerHasForgottenIsListedAgain(boolean expiredAsStatus) throws Exception {
    cluster.server.faults().expiredAsStatus(expiredAsStatus);
    cluster.server.stop();
    cluster.port("web", 81).delete("gone");
    cluster.server.compact();
    cluster.server.restart();
    followed.await(now -> now.port(WEB) == 81 && !now.has(GONE));
    followed.await(now -> lists() >= 2);
    assertThat(followed.lines()).noneMatch(line -> line.contains("too old"));
  }

  @Test
  void bookmarksCarryAQuietWatchOverACompaction() throws Exception {
    for (int port = 1; port <= 20; port++) {
      cluster.server.patch(
          Resource.NODES, "", TestCluster.NODE, "{metadata: {labels: {n: \"" + port + "\"}}}");
    }
    long version = cluster.server.resourceVersion();
    for (int i = 0; i < 50 && watchedFrom() < version; i++) {
      Thread.sleep(200); // two bookmarks
      cluster.server.faults().endWatches(Resource.SERVICES);
      followed.await(now -> cluster.server.faults().openWatches(Resource.SERVICES) == 1);
    }
    cluster.server.compact();
    cluster.server.faults().endWatches(Resource.SERVICES);
    changeAndAwait();
    assertThat(lists()).isEqualTo(1);
  }

  @Test
  void eventsThatAreToldAgainBringNothingBack() {
    long before = cluster.server.resourceVersion();
    cluster.port("web", 81).port("web", 82).delete("gone");
    followed.await(now -> now.port(WEB) == 82 && !now.has(GONE));
    int changes = followed.changes().size();
    cluster.server.faults().replay(Resource.SERVICES, before - 2);
    cluster.port("web", 83);
    followed.await(now -> now.port(WEB) == 83);
    assertThat(followed.changes().stream().skip(changes))
        .noneMatch(change -> change.services().containsKey(GONE))
        .allSatisfy(
            change ->
                change
                    .services()
                    .forEach(
                        (name, service) ->
                            assertThat(service.orElseThrow().ports().get(0).port())
                                .isGreaterThanOrEqualTo(82)));
  }

  @Test
  void aServerThatWasAwayIsFollowedAgain() throws Exception {
    cluster.server.stop();
    cluster.port("web", 81).delete("gone");
    followed.awaitLine("services: ", "nothing listens there");
    assertThat(followed.port(WEB)).isEqualTo(80);
    cluster.server.restart();
    followed.await(now -> now.port(WEB) == 81 && !now.has(GONE));
    followed.awaitLine("services: following again");
    assertThat(lists()).isEqualTo(1);
  }

  @Test
  void aThousandChangesASecondEndWhereTheServerIs() throws Exception {
    for (int i = 0; i < 20; i++) {
      cluster.service("s" + i, 80);
    }
    Churn churn = cluster.server.churn(Resource.SERVICES, 1000, 2);
    assertThat(churn.await(20)).isTrue();
    cluster.port("web", 4242);
    followed.await(now -> now.port(WEB) == 4242);
    assertThat(followed.services()).hasSize(cluster.server.list(Resource.SERVICES).size());
    assertThat(followed.lines()).isEmpty();
  }

  @Test
  void aWatchThatFallsSilentIsRenewedAndTheOthersGoOn() throws Exception {
    try (FollowedCluster impatient = cluster.follow(Duration.ofMillis(700))) {
      impatient.awaitPicture();
      Thread.sleep(300); // for a bookmark: who sends none may just have nothing to say
      Fault stall = Fault.of(Resource.SERVICES, "watch", new Stall(false));
      cluster.server.faults().add(stall);
      cluster.server.create(Texts.slice("web-1", "web", "10.2.0.1"));
      impatient.await(now -> !now.endpoints(WEB).isEmpty());
      cluster.port("web", 81);
      impatient.awaitLine("services: nothing was heard for", "not even a bookmark");
      cluster.server.faults().remove(stall);
      impatient.await(now -> now.port(WEB) == 81);
      assertThat(impatient.lines())
          .allMatch(line -> Arrays.asList(line.split(":", 2)).get(0).equals("services"));
    }
  }
}
