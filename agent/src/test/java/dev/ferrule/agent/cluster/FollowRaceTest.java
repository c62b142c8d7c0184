// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import dev.ferrule.testapi.Churn;
import dev.ferrule.testapi.Resource;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The owner of a source and those who follow the server do not wait for each other. */
class FollowRaceTest {

  @TempDir private Path directory;

  @Test
  @Timeout(30)
  void whoeverFollowsUnderChangesIsNotStopped() throws Exception {
    try (TestCluster cluster = TestCluster.start(directory).service("web", 1);
        ClusterSource source =
            new ClusterSource(
                TestCluster.settings(
                    cluster.kubeconfig(), TestCluster.NODE, directory, TestCluster.SILENCE),
                line -> {})) {
      source.load(part -> {});
      Churn churn = cluster.server.churn(Resource.NODES, 500, 2);
      int port = 2;
      while (churn.done() < 900 && port < 60_000) {
        cluster.port("web", port++);
        source.follow(() -> {});
        source.changes();
      }
      churn.stop();
    }
  }
}
