// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferrule.agent.log.Log;
import dev.ferrule.agent.source.SourceException;
import dev.ferrule.rules.model.CatalogChange;
import dev.ferrule.testapi.Fault;
import dev.ferrule.testapi.Fault.Refuse;
import dev.ferrule.testapi.Request;
import dev.ferrule.testapi.Resource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One look at a cluster. */
class ClusterSnapshotTest {

  @TempDir private Path directory;
  private final List<String> lines = new ArrayList<>();
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

  private CatalogChange load() throws Exception {
    List<CatalogChange> parts = new ArrayList<>();
    new ClusterSnapshot(
            TestCluster.settings(
                cluster.kubeconfig(), TestCluster.NODE, directory, TestCluster.SILENCE),
            Log.of(lines::add))
        .load(parts::add);
    assertThat(parts).hasSize(1);
    return parts.get(0);
  }

  @Test
  void allIsListedOnceAndNothingWatched() throws Exception {
    CatalogChange picture = load();
    assertThat(picture.services()).containsOnlyKeys(TestCluster.name("web"));
    assertThat(picture.slices()).containsOnlyKeys(TestCluster.name("web"));
    assertThat(picture.node()).isNotNull();
    assertThat(picture.serviceCidrs()).hasSize(2);
    assertThat(cluster.server.requests()).extracting(Request::verb).containsOnly("list").hasSize(4);
    assertThat(lines).isEmpty();
  }

  @Test
  void withoutTheNodeAndItsRightsItGoesOn() throws Exception {
    cluster.server.faults().add(Fault.of(Resource.NODES, "list", new Refuse(403, 0)));
    CatalogChange picture = load();
    assertThat(picture.node()).isNull();
    assertThat(picture.services()).hasSize(1);
    assertThat(lines).singleElement().asString().endsWith("; going on without");
  }

  @Test
  void withoutServicesThereIsNone() {
    cluster.server.faults().add(Fault.of(Resource.SERVICES, "list", new Refuse(403, 0)));
    assertThatThrownBy(this::load)
        .isInstanceOf(SourceException.class)
        .hasMessageStartingWith("services: services is forbidden");
  }

  @Test
  void aServerThatIsNotThereIsSaidAtOnce() {
    cluster.server.stop();
    assertThatThrownBy(this::load)
        .isInstanceOf(SourceException.class)
        .hasMessageStartingWith(cluster.server.url() + ": ");
  }
}
