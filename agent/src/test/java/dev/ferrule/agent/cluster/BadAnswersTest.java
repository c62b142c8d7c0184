// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.testapi.Fault;
import dev.ferrule.testapi.Fault.Effect;
import dev.ferrule.testapi.Fault.Garbage;
import dev.ferrule.testapi.Fault.Refuse;
import dev.ferrule.testapi.Fault.Stall;
import dev.ferrule.testapi.Resource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that are no use: each is told, waited out, and stops nothing else. */
class BadAnswersTest {

  @TempDir private Path directory;
  private TestCluster cluster;

  @BeforeEach
  void start() throws IOException {
    cluster = TestCluster.start(directory).service("web", 80);
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private Fault add(Resource resource, String verb, Effect effect) {
    Fault fault = Fault.of(resource, verb, effect);
    cluster.server.faults().add(fault);
    return fault;
  }

  private void removeAndAwaitPicture(Fault fault, FollowedCluster followed) {
    cluster.server.faults().remove(fault);
    followed.awaitPicture();
    assertThat(followed.has(TestCluster.name("web"))).isTrue();
    followed.awaitLine("services: following again");
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 503})
  void aServerErrorIsToldWithItsMessage(int code) {
    Fault fault = add(Resource.SERVICES, "list", new Refuse(code, 0));
    FollowedCluster followed = cluster.follow().awaitLine("services: ");
    assertThat(followed.loaded()).isFalse();
    removeAndAwaitPicture(fault, followed);
  }

  @Test
  void aServerThatAsksForPatienceGetsIt() {
    cluster.server.faults().add(Fault.of(Resource.SERVICES, "list", new Refuse(429, 1)).times(1));
    long begun = System.nanoTime();
    FollowedCluster followed = cluster.follow().awaitPicture();
    assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(1_000_000_000L);
    followed.awaitLine("services: HTTP status 429");
  }

  @ParameterizedTest
  @EnumSource(Garbage.class)
  void aListThatMakesNoSenseIsNoList(Garbage garbage) {
    Fault fault = add(Resource.SERVICES, "list", garbage);
    FollowedCluster followed = cluster.follow();
    followed.awaitLine(
        "services: ",
        switch (garbage) {
          case HTML -> "the answer is no JSON";
          case BROKEN_JSON -> "the answer is no JSON";
          case WRONG_KIND -> "and not \"v1 ServiceList\"";
          case UNKNOWN_VERSION -> "and not \"v1 ServiceList\"";
        });
    assertThat(followed.loaded()).isFalse();
    removeAndAwaitPicture(fault, followed);
  }

  @ParameterizedTest
  @EnumSource(Garbage.class)
  void aWatchThatMakesNoSenseChangesNothing(Garbage garbage) {
    FollowedCluster followed = cluster.follow().awaitPicture();
    Fault fault = add(Resource.SERVICES, "watch", garbage);
    followed.await(
        now -> {
          cluster.server.faults().endWatches(Resource.SERVICES);
          return now.said("services: ");
        });
    cluster.port("web", 81);
    // The list that comes before each attempt tells it all the same.
    followed.await(now -> now.port(TestCluster.name("web")) == 81);
    cluster.server.faults().remove(fault);
    cluster.port("web", 82);
    followed.await(now -> now.port(TestCluster.name("web")) == 82);
    followed.awaitLine("services: following again");
  }

  @Test
  void whereWatchesFailListsBecomeRare() throws Exception {
    add(Resource.SERVICES, "watch", Garbage.HTML);
    cluster.follow().awaitPicture().awaitLine("services: ");
    Thread.sleep(3000);
    // With 200, 400, 800 and 1600 ms, each scattered down to a half.
    assertThat(
            cluster.server.requests().stream()
                .filter(one -> one.resource() == Resource.SERVICES && one.verb().equals("list")))
        .hasSizeBetween(2, 7);
  }

  @ParameterizedTest
  @EnumSource(
      value = Resource.class,
      names = {"SERVICES", "ENDPOINTSLICES"})
  void aRightThatIsMissingIsNamedAndStopsTheStart(Resource resource) {
    Fault fault = add(resource, "", new Refuse(403, 0));
    FollowedCluster followed = cluster.follow();
    followed.awaitLine(
        resource.plural() + ": ",
        "is forbidden",
        "the role needs list and watch on "
            + resource.plural()
            + (resource.group().isEmpty() ? "" : " of " + resource.group()));
    assertThat(followed.loaded()).isFalse();
    cluster.server.faults().remove(fault);
    followed.awaitPicture();
  }

  @Test
  void aRightThatIsTakenAwayLaterLeavesTheOthersToGoOn() throws IOException {
    FollowedCluster followed = cluster.follow().awaitPicture();
    Fault fault = add(Resource.SERVICES, "", new Refuse(403, 0));
    cluster.server.faults().breakWatches(Resource.SERVICES);
    followed.awaitLine("services: ", "is forbidden");
    cluster.server.create(Texts.slice("web-1", "web", "10.2.0.1"));
    followed.await(now -> !now.endpoints(TestCluster.name("web")).isEmpty());
    assertThat(followed.has(TestCluster.name("web"))).isTrue();
    cluster.port("web", 81);
    cluster.server.faults().remove(fault);
    followed.await(now -> now.port(TestCluster.name("web")) == 81);
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 404})
  void withoutServiceCidrsItGoesOnAndTheyMayComeLater(int code) {
    Fault fault = add(Resource.SERVICECIDRS, "", new Refuse(code, 0));
    FollowedCluster followed = cluster.follow().awaitPicture();
    assertThat(followed.ranges()).isEmpty();
    followed.awaitLine(
        "servicecidrs: ",
        code == 404 ? "going on without" : "list and watch on servicecidrs of networking.k8s.io");
    cluster.server.faults().remove(fault);
    followed.await(now -> now.ranges().equals(List.of("10.96.0.0/12", "fd00:10:96::/112")));
  }

  @Test
  void whatStallsForOneKindIsNotWaitedForByTheOthers() {
    FollowedCluster followed = cluster.follow().awaitPicture();
    add(Resource.ENDPOINTSLICES, "watch", new Stall(true));
    cluster.port("web", 81);
    followed.await(now -> now.port(TestCluster.name("web")) == 81);
  }
}
