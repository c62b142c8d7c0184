// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.testapi.Churn;
import dev.ferrule.testapi.Resource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is behind the API server goes away, or the history that watches need, time and again. */
class OutagesTest {

  private static final ObjectName WEB = TestCluster.name("web");
  private static final List<Resource> FOLLOWED =
      List.of(Resource.SERVICES, Resource.ENDPOINTSLICES, Resource.NODES, Resource.SERVICECIDRS);

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

  @Test
  void withoutEtcdWatchesAndStartsGoOnFromTheCacheOfTheServer() {
    FollowedCluster before = cluster.follow().awaitPicture();
    cluster.server.faults().etcdOutage(true);
    FOLLOWED.forEach(cluster.server.faults()::breakWatches);
    FollowedCluster during = cluster.follow().awaitPicture();
    assertThat(during.port(WEB)).isEqualTo(80);
    cluster.server.faults().etcdOutage(false);
    cluster.port("web", 81);
    before.await(now -> now.port(WEB) == 81);
    during.await(now -> now.port(WEB) == 81);
  }

  @Test
  void listsThatAreNeededAgainAndAgainUnderChangesEndWhereTheServerIs() throws Exception {
    for (int i = 0; i < 50; i++) {
      cluster.service("s" + i, 80);
      cluster.server.create(Texts.slice("s" + i + "-1", "s" + i, "10.2.0." + (i + 1)));
    }
    FollowedCluster followed = cluster.follow().awaitPicture();
    Churn churn = cluster.server.churn(Resource.ENDPOINTSLICES, 500, 3);
    for (int i = 0; i < 12; i++) {
      Thread.sleep(200);
      cluster.server.compact();
      FOLLOWED.forEach(cluster.server.faults()::breakWatches);
    }
    assertThat(churn.await(20)).isTrue();
    long lists =
        cluster.server.requests().stream()
            .filter(one -> one.verb().equals("list") && one.resource() == Resource.ENDPOINTSLICES)
            .count();
    assertThat(lists).as("lists of slices, the first one too").isGreaterThan(1);
    cluster.port("web", 81);
    cluster.server.create(Texts.slice("last", "web", "10.2.1.1"));
    followed.await(now -> now.port(WEB) == 81 && now.endpoints(WEB).contains("10.2.1.1"));
    FollowedCluster fresh = cluster.follow().awaitPicture();
    followed.await(now -> now.slices().equals(fresh.slices()));
    assertThat(followed.services()).isEqualTo(fresh.services());
  }
}
