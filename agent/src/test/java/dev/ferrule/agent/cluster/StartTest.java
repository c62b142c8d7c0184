// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.testapi.Fault;
import dev.ferrule.testapi.Fault.Cut;
import dev.ferrule.testapi.Fault.Refuse;
import dev.ferrule.testapi.Fault.Slow;
import dev.ferrule.testapi.Fault.Stall;
import dev.ferrule.testapi.Resource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nothing is told before everything is known. */
class StartTest {

  @TempDir private Path directory;
  private TestCluster cluster;

  @BeforeEach
  void start() throws IOException {
    cluster = TestCluster.start(directory).service("web", 80);
    cluster.server.create(Texts.slice("web-1", "web", "10.2.0.1"));
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private void assertComplete(FollowedCluster followed) {
    assertThat(followed.changes().get(0).services()).containsKey(TestCluster.name("web"));
    assertThat(followed.changes().get(0).slices()).containsKey(TestCluster.name("web"));
    assertThat(followed.changes().get(0).node()).isNotNull();
    assertThat(followed.changes().get(0).serviceCidrs()).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource(
      value = Resource.class,
      names = {"SERVICES", "ENDPOINTSLICES", "NODES", "SERVICECIDRS"})
  void aListThatFailsForAWhileIsWaitedFor(Resource resource) {
    cluster.server.faults().add(Fault.of(resource, "list", new Refuse(500, 0)).times(2));
    FollowedCluster followed = cluster.follow().awaitPicture();
    assertComplete(followed);
    assertThat(followed.said(resource.plural() + ": ")).isTrue();
    followed.awaitLine(resource.plural() + ": following again");
  }

  @Test
  void aSlowListIsReadToItsEnd() {
    cluster
        .server
        .faults()
        .add(Fault.of(Resource.SERVICES, "list", new Slow(Duration.ofMillis(300), 800)));
    FollowedCluster followed = cluster.follow();
    followed.await(now -> now.loaded());
    assertComplete(followed);
    assertThat(followed.lines()).allMatch(line -> line.startsWith("nothing is programmed yet"));
  }

  @Test
  void aStalledListIsAskedForAgainAndSaidToBeMissing() {
    Fault stall = Fault.of(Resource.ENDPOINTSLICES, "list", new Stall(true));
    cluster.server.faults().add(stall);
    FollowedCluster followed = cluster.follow(Duration.ofMillis(500));
    followed.awaitLine("endpointslices: ", "did not answer within 500 ms");
    followed.awaitLine("nothing is programmed yet: waiting for the list of endpointslices");
    assertThat(followed.loaded()).isFalse();
    cluster.server.faults().remove(stall);
    assertComplete(followed.awaitPicture());
  }

  @Test
  void aListThatBreaksOffIsNoPicture() throws IOException {
    for (int i = 0; i < 50; i++) {
      cluster.service("s" + i, 80); // so that a part of the list makes sense
    }
    cluster.server.faults().add(Fault.of(Resource.SERVICES, "list", new Cut(5000)).times(2));
    FollowedCluster followed = cluster.follow().awaitPicture();
    assertThat(followed.changes().get(0).services()).hasSize(51);
    assertThat(followed.said("services: ")).isTrue();
  }

  @Test
  void aServerThatIsNotThereIsWaitedFor() throws Exception {
    cluster.server.stop();
    FollowedCluster followed = cluster.follow();
    followed.awaitLine("services: " + cluster.server.url(), "nothing listens there");
    followed.awaitLine(
        "nothing is programmed yet: waiting for the list of services, the list of endpointslices,"
            + " the list of nodes, the list of servicecidrs");
    cluster.server.restart();
    assertComplete(followed.awaitPicture());
  }

  @Test
  void closingEndsTheWait() {
    cluster.server.stop();
    FollowedCluster followed = cluster.follow();
    followed.awaitLine("services: ");
    followed.close();
    assertThat(followed.loaded()).isFalse();
  }
}
