// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.model.Cidr;
import dev.ferrule.testapi.Fault;
import dev.ferrule.testapi.Fault.Refuse;
import dev.ferrule.testapi.Resource;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Node of this node may come late, go and come back. */
class NodeLifeTest {

  @TempDir private Path directory;

  @Test
  void aNodeThatIsNotThereYetIsWaitedFor() throws Exception {
    try (TestCluster cluster = TestCluster.empty(directory, TestCluster.options())) {
      cluster.service("web", 80);
      FollowedCluster followed = cluster.follow();
      followed.awaitLine(
          "nothing is programmed yet: waiting for Node here",
          "there is none of that name",
          "hostnameOverride");
      assertThat(followed.loaded()).isFalse();
      cluster.server.create(Texts.node("there", "b", "10.9.0.0/24"));
      cluster.server.create(Texts.node(TestCluster.NODE, "a", "10.1.0.0/24"));
      followed.awaitPicture();
      assertThat(Objects.requireNonNull(followed.node()).zone()).isEqualTo("a");
      assertThat(followed.lines()).hasSize(1);
    }
  }

  @Test
  void aNodeThatIsDeletedLeavesItsZoneAndIsLeaving() throws Exception {
    try (TestCluster cluster = TestCluster.start(directory)) {
      FollowedCluster followed = cluster.follow().awaitPicture();
      cluster.server.delete(Resource.NODES, "", TestCluster.NODE);
      followed.await(now -> Objects.requireNonNull(now.node()).leaving());
      assertThat(Objects.requireNonNull(followed.node()).zone()).isEqualTo("a");
      assertThat(Objects.requireNonNull(followed.node()).podCidrs())
          .isEqualTo(List.of(Cidr.parse("10.1.0.0/24")));
      followed.awaitLine("Node here was deleted: its zone and Pod ranges stay in force");
      cluster.server.create(Texts.node(TestCluster.NODE, "a", "10.1.0.0/24"));
      followed.await(now -> !Objects.requireNonNull(now.node()).leaving());
      followed.awaitLine("Node here is there again");
    }
  }

  @Test
  void withoutTheRightToSeeNodesThereIsNone() throws Exception {
    try (TestCluster cluster = TestCluster.start(directory).service("web", 80)) {
      Fault forbidden = Fault.of(Resource.NODES, "", new Refuse(403, 0));
      cluster.server.faults().add(forbidden);
      FollowedCluster followed = cluster.follow().awaitPicture();
      assertThat(followed.has(TestCluster.name("web"))).isTrue();
      assertThat(followed.node()).isNull();
      followed.awaitLine("nodes: ", "is forbidden", "the role needs list and watch on nodes");
      cluster.server.faults().remove(forbidden);
      followed.await(now -> now.node() != null);
      followed.awaitLine("nodes: following again");
    }
  }

  @Test
  void aNodeThatIsGoneWhenTheNextRunBeginsIsNamedWhileTheLastStateIsInForce() throws Exception {
    try (TestCluster cluster = TestCluster.start(directory).service("web", 80)) {
      FollowedCluster first = cluster.follow().awaitPicture();
      cluster.service("other", 80);
      first.await(now -> now.has(TestCluster.name("other")));
      cluster.server.delete(Resource.NODES, "", TestCluster.NODE);
      first.await(now -> Objects.requireNonNull(now.node()).leaving());
      first.close();
      FollowedCluster second = cluster.follow().awaitPicture();
      assertThat(second.has(TestCluster.name("web"))).isTrue();
      second.awaitLine("what was last known stays in force: waiting for Node here");
      cluster.server.create(Texts.node(TestCluster.NODE, "a", "10.1.0.0/24"));
      second.awaitLine("has told all: what was last known is replaced");
    }
  }
}
