// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.model.NodeObject;
import dev.ferrule.testapi.Resource;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes of changes in a cluster where nothing goes wrong. */
class FollowingTest {

  private static final String PROXY = "service.kubernetes.io/service-proxy-name";

  @TempDir private Path directory;
  private AnyCluster cluster;

  @BeforeEach
  void open() throws Exception {
    cluster = AnyCluster.open(directory);
  }

  @AfterEach
  void close() throws Exception {
    cluster.close();
  }

  @Test
  void theFirstPictureIsComplete() throws Exception {
    cluster.service("web", 80);
    cluster.slice("web-1", "web", "10.2.0.1", "10.2.0.2");
    FollowedCluster followed = cluster.follow().awaitPicture();
    assertThat(followed.port(cluster.name("web"))).isEqualTo(80);
    assertThat(followed.endpoints(cluster.name("web"))).containsExactly("10.2.0.1", "10.2.0.2");
    assertThat(followed.ranges()).isNotEmpty();
    NodeObject node = Objects.requireNonNull(followed.node());
    assertThat(node.name()).isEqualTo(cluster.node());
    assertThat(node.zone()).isEqualTo("a");
    assertThat(node.leaving()).isFalse();
  }

  @Test
  void aServiceComesChangesAndGoes() throws Exception {
    FollowedCluster followed = cluster.follow().awaitPicture();
    cluster.service("web", 80);
    followed.await(now -> now.port(cluster.name("web")) == 80);
    cluster.patch(Resource.SERVICES, "web", "{spec: {ports: [{port: 81}]}}");
    followed.await(now -> now.port(cluster.name("web")) == 81);
    cluster.delete(Resource.SERVICES, "web");
    followed.await(now -> !now.has(cluster.name("web")));
  }

  @Test
  void aChangeTellsOnlyWhatIsDifferent() throws Exception {
    cluster.service("web", 80);
    cluster.service("other", 80);
    FollowedCluster followed = cluster.follow().awaitPicture();
    cluster.patch(Resource.SERVICES, "web", "{metadata: {labels: {nobody: cares}}}");
    cluster.patch(Resource.SERVICES, "other", "{spec: {ports: [{port: 81}]}}");
    followed.await(now -> now.port(cluster.name("other")) == 81);
    assertThat(followed.changes().stream().skip(1))
        .noneMatch(change -> change.services().containsKey(cluster.name("web")))
        .allMatch(change -> !change.slices().containsKey(cluster.name("web")));
  }

  @Test
  void theLabelOfAnotherProxyTakesAServiceOutAndBringsItBack() throws Exception {
    cluster.service("web", 80);
    FollowedCluster followed = cluster.follow().awaitPicture();
    assertThat(followed.has(cluster.name("web"))).isTrue();
    cluster.patch(Resource.SERVICES, "web", "{metadata: {labels: {" + PROXY + ": other}}}");
    followed.await(now -> !now.has(cluster.name("web")));
    cluster.patch(Resource.SERVICES, "web", "{metadata: {labels: {" + PROXY + ": null}}}");
    followed.await(now -> now.has(cluster.name("web")));
  }

  @Test
  void aSliceMayBeThereBeforeItsService() throws Exception {
    FollowedCluster followed = cluster.follow().awaitPicture();
    cluster.slice("web-1", "web", "10.2.0.1");
    followed.await(now -> now.endpoints(cluster.name("web")).equals(List.of("10.2.0.1")));
    cluster.service("web", 80);
    followed.await(now -> now.has(cluster.name("web")));
    assertThat(followed.endpoints(cluster.name("web"))).containsExactly("10.2.0.1");
  }

  @Test
  void twoSlicesMayHoldTheSameEndpointAndTheOneThatStaysKeepsIt() throws Exception {
    cluster.service("web", 80);
    cluster.slice("web-1", "web", "10.2.0.1");
    cluster.slice("web-2", "web", "10.2.0.1", "10.2.0.2");
    FollowedCluster followed = cluster.follow().awaitPicture();
    assertThat(followed.endpoints(cluster.name("web")))
        .containsExactly("10.2.0.1", "10.2.0.1", "10.2.0.2");
    cluster.delete(Resource.ENDPOINTSLICES, "web-2");
    followed.await(now -> now.endpoints(cluster.name("web")).equals(List.of("10.2.0.1")));
  }

  @Test
  void aSliceMovesToAnotherService() throws Exception {
    cluster.slice("one", "web", "10.2.0.1");
    FollowedCluster followed = cluster.follow().awaitPicture();
    cluster.patch(
        Resource.ENDPOINTSLICES,
        "one",
        "{metadata: {labels: {kubernetes.io/service-name: other}}}");
    followed.await(now -> now.endpoints(cluster.name("other")).equals(List.of("10.2.0.1")));
    assertThat(followed.endpoints(cluster.name("web"))).isEmpty();
  }

  @Test
  void aHeadlessServiceIsNotForwardedButShown() throws Exception {
    cluster.service("web", 80);
    cluster.create(
        Resource.SERVICES,
        (com.fasterxml.jackson.databind.node.ObjectNode)
            AnyCluster.YAML.readTree(
                "{apiVersion: v1, kind: Service, metadata: {name: none},"
                    + " spec: {clusterIP: None, ports: [{port: 80}]}}"));
    FollowedCluster followed = cluster.follow().awaitPicture();
    assertThat(followed.has(cluster.name("none"))).isFalse();
    assertThat(followed.source().services())
        .filteredOn(shown -> shown.service().name().namespace().equals(cluster.namespace()))
        .extracting(shown -> shown.service().name().name())
        .containsExactly("none", "web");
  }

  @Test
  void theNodeIsFollowed() throws Exception {
    FollowedCluster followed = cluster.follow().awaitPicture();
    cluster.patch(
        Resource.NODES, cluster.node(), "{metadata: {labels: {topology.kubernetes.io/zone: b}}}");
    followed.await(now -> now.node() != null && "b".equals(now.node().zone()));
  }

  @Test
  void theNextRunBeginsWithWhatThisOneKnew() throws Exception {
    cluster.service("web", 80);
    FollowedCluster first = cluster.follow().awaitPicture();
    cluster.service("last", 81);
    first.await(now -> now.has(cluster.name("last")));
    first.close();
    cluster.delete(Resource.SERVICES, "web");
    FollowedCluster second = cluster.follow().awaitPicture();
    assertThat(second.lines().get(0)).contains("as last known");
    assertThat(second.changes().get(0).services()).containsKey(cluster.name("web"));
    second.awaitLine("has told all: what was last known is replaced");
    second.await(now -> !now.has(cluster.name("web")));
    assertThat(second.port(cluster.name("last"))).isEqualTo(81);
  }
}
