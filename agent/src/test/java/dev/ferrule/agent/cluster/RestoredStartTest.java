// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferrule.agent.log.Log;
import dev.ferrule.rules.model.CatalogChange;
import dev.ferrule.testapi.ApiServer;
import dev.ferrule.testapi.Fault;
import dev.ferrule.testapi.Fault.Stall;
import dev.ferrule.testapi.Request;
import dev.ferrule.testapi.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A start with what the last run knew. */
class RestoredStartTest {

  @TempDir private Path directory;
  private TestCluster cluster;
  private long known;

  @BeforeEach
  void aFirstRun() throws IOException {
    cluster = TestCluster.start(directory).service("web", 80);
    // A server with the same objects is older than even the first list.
    cluster.port("web", 81);
    cluster.port("web", 80);
    FollowedCluster first = cluster.follow().awaitPicture();
    cluster.service("other", 80);
    first.await(now -> now.has(TestCluster.name("other")));
    known = cluster.server.resourceVersion();
    first.close();
    cluster.server.clearRequests();
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private List<Request> listsOfServices() {
    return cluster.server.requests().stream()
        .filter(one -> one.verb().equals("list") && one.resource() == Resource.SERVICES)
        .toList();
  }

  @Test
  void theLastPictureIsToldWhileTheServerIsAway() throws Exception {
    cluster.server.stop();
    FollowedCluster followed = cluster.follow().awaitPicture();
    assertThat(followed.services())
        .containsOnlyKeys(TestCluster.name("other"), TestCluster.name("web"));
    assertThat(followed.node()).isNotNull();
    assertThat(followed.ranges()).hasSize(2);
    followed.awaitLine("cluster.state: forwarding for 2 Services as last known");
    followed.awaitLine("what was last known stays in force: waiting for the list of services");
    cluster.server.restart();
    followed.awaitLine("has told all: what was last known is replaced");
  }

  @Test
  void rulesThatAreInForceAreBetterThanTheLastPicture() throws Exception {
    cluster.server.stop();
    cluster.port("web", 81);
    List<String> lines = Collections.synchronizedList(new ArrayList<>());
    List<CatalogChange> parts = Collections.synchronizedList(new ArrayList<>());
    ClusterSettings settings =
        TestCluster.settings(
            cluster.kubeconfig(),
            TestCluster.NODE,
            directory.resolve("state"),
            TestCluster.SILENCE);
    try (ClusterSource source = new ClusterSource(settings, Log.of(lines::add))) {
      source.rulesInForce(() -> true);
      Thread owner =
          new Thread(
              () -> {
                try {
                  source.load(parts::add);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      owner.start();
      long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (lines.stream().noneMatch(line -> line.contains("the rules of the last run stay"))) {
        assertThat(System.nanoTime()).isLessThan(end);
        Thread.sleep(20);
      }
      assertThat(parts).isEmpty();
      cluster.server.restart();
      owner.join(20_000);
      assertThat(owner.isAlive()).isFalse();
    }
    assertThat(parts.stream().flatMap(part -> part.services().values().stream()))
        .allSatisfy(
            service ->
                assertThat(service.orElseThrow().ports())
                    .noneMatch(
                        port ->
                            port.port() == 80
                                && service.orElseThrow().name().name().equals("web")));
  }

  @Test
  void theDifferenceComesOnlyWhenAllListsAreComplete() {
    cluster.delete("web").port("other", 81);
    Fault stall = Fault.of(Resource.ENDPOINTSLICES, "list", new Stall(true));
    cluster.server.faults().add(stall);
    FollowedCluster followed = cluster.follow().awaitPicture();
    followed.awaitLine(
        "what was last known stays in force: waiting for the list of endpointslices");
    assertThat(followed.port(TestCluster.name("other"))).isEqualTo(80);
    assertThat(followed.has(TestCluster.name("web"))).isTrue();
    cluster.server.faults().remove(stall);
    followed.await(now -> now.port(TestCluster.name("other")) == 81);
    assertThat(followed.has(TestCluster.name("web"))).isFalse();
    assertThat(followed.changes().stream().filter(change -> !change.services().isEmpty()))
        .hasSize(2);
  }

  @Test
  void theFirstListMustNotBeOlderThanTheState() {
    FollowedCluster followed =
        cluster.follow().awaitLine("has told all: what was last known is replaced");
    Request first = listsOfServices().get(0);
    assertThat(first.parameter("resourceVersionMatch")).isEqualTo("NotOlderThan");
    assertThat(Long.parseLong(first.parameter("resourceVersion"))).isBetween(known - 1, known);
    assertThat(followed.changes().stream().skip(1))
        .allMatch(change -> change.services().isEmpty() && change.slices().isEmpty());
  }

  @Test
  void aServerThatIsBehindIsWaitedForAndThenBelieved() throws Exception {
    cluster.server.stop();
    try (ApiServer older =
        ApiServer.start(
            TestCluster.options().listening("127.0.0.1", portOf(cluster.server.url())))) {
      older.create(Texts.node(TestCluster.NODE, "a", "10.1.0.0/24"));
      older.create(Texts.service("web", 79));
      assertThat(older.resourceVersion()).isLessThan(known);
      FollowedCluster followed = cluster.follow(TestCluster.SILENCE, Duration.ofMillis(500));
      followed.awaitPicture();
      assertThat(followed.port(TestCluster.name("web"))).isEqualTo(80);
      followed.awaitLine("services: the API server knows nothing newer than before version");
      followed.await(now -> now.port(TestCluster.name("web")) == 79);
      assertThat(followed.has(TestCluster.name("other"))).isFalse();
      older.patch(Resource.SERVICES, "default", "web", "{spec: {ports: [{port: 82}]}}");
      followed.await(now -> now.port(TestCluster.name("web")) == 82);
    }
  }

  @Test
  void aServerThatCatchesUpIsNotReplacedByWhatItHadBefore() throws Exception {
    cluster.server.stop();
    try (ApiServer older =
        ApiServer.start(
            TestCluster.options().listening("127.0.0.1", portOf(cluster.server.url())))) {
      FollowedCluster followed = cluster.follow();
      followed.awaitPicture();
      followed.awaitLine("waiting for the list of services");
      older.create(Texts.node(TestCluster.NODE, "a", "10.1.0.0/24"));
      while (older.resourceVersion() < known) {
        older.create(Texts.service("new-" + older.resourceVersion(), 80));
      }
      followed.awaitLine("has told all: what was last known is replaced");
      followed.await(now -> !now.has(TestCluster.name("web")));
      assertThat(followed.said("starting over")).isFalse();
    }
  }

  private static int portOf(String url) {
    return Integer.parseInt(url.substring(url.lastIndexOf(':') + 1));
  }

  @Test
  void aDamagedStateIsNamedAndNotUsed() throws IOException {
    Path file = directory.resolve("state/cluster.state");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    FollowedCluster followed = cluster.follow().awaitPicture();
    assertThat(followed.lines().get(0))
        .isEqualTo(file + " is damaged: its checksum is wrong; it is not used");
    assertThat(followed.services()).hasSize(2);
  }

  private SavedCluster saved(Path state, String node) {
    return new SavedCluster(
        TestCluster.settings(cluster.kubeconfig(), node, state, TestCluster.SILENCE),
        Log.of(line -> {}));
  }

  @Test
  void theSavedStateIsToldWithoutAskingAnybody() throws Exception {
    SavedCluster saved = saved(directory.resolve("state"), TestCluster.NODE);
    assertThat(saved.isThere()).isTrue();
    List<CatalogChange> parts = new ArrayList<>();
    saved.load(parts::add);
    assertThat(parts).hasSize(1);
    CatalogChange picture = parts.get(0);
    assertThat(picture.services())
        .containsOnlyKeys(TestCluster.name("other"), TestCluster.name("web"));
    assertThat(picture.node()).isNotNull();
    assertThat(picture.serviceCidrs()).hasSize(2);
    assertThat(cluster.server.requests()).isEmpty();
  }

  @Test
  void aSavedStateOfAnotherNodeOrNoneIsNotTold() {
    List<CatalogChange> parts = new ArrayList<>();
    assertThatThrownBy(() -> saved(directory.resolve("state"), "elsewhere").load(parts::add))
        .hasMessageContaining("cluster.state is of node here");
    SavedCluster none = saved(directory.resolve("none"), TestCluster.NODE);
    assertThat(none.isThere()).isFalse();
    assertThatThrownBy(() -> none.load(parts::add)).hasMessageContaining("is not there");
    assertThat(parts).isEmpty();
  }
}
