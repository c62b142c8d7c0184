// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.testapi.Request;
import dev.ferrule.testapi.Resource;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the API server is asked for. */
class RequestsTest {

  private static final String SELECTOR =
      "!service.kubernetes.io/headless,!service.kubernetes.io/service-proxy-name";

  @TempDir private Path directory;

  @Test
  void fourKindsAreListedAndWatchedWithTheSelectorsOfKubeProxy() throws Exception {
    try (TestCluster cluster = TestCluster.start(directory)) {
      cluster.server.clearRequests();
      FollowedCluster followed = cluster.follow().awaitPicture();
      followed.await(now -> watches(cluster).size() == 4);
      List<Request> requests = cluster.server.requests();
      assertThat(requests.stream().map(Request::verb).collect(Collectors.toSet()))
          .isEqualTo(Set.of("list", "watch"));
      assertThat(requests.stream().map(Request::resource).collect(Collectors.toSet()))
          .isEqualTo(
              Set.of(
                  Resource.SERVICES,
                  Resource.ENDPOINTSLICES,
                  Resource.NODES,
                  Resource.SERVICECIDRS));
      assertThat(requests).hasSize(8);
      for (Request request : requests) {
        assertThat(request.namespace()).isEmpty();
        assertThat(request.parameter("labelSelector")).isEqualTo(labels(request));
        assertThat(request.parameter("fieldSelector"))
            .isEqualTo(request.resource() == Resource.NODES ? "metadata.name=here" : "");
      }
      assertThat(watches(cluster))
          .allSatisfy(
              watch -> {
                assertThat(watch.parameter("allowWatchBookmarks")).isEqualTo("true");
                assertThat(Integer.parseInt(watch.parameter("timeoutSeconds"))).isBetween(300, 600);
                assertThat(Long.parseLong(watch.parameter("resourceVersion"))).isPositive();
              });
    }
  }

  private static String labels(Request request) {
    boolean selected =
        request.resource() == Resource.SERVICES || request.resource() == Resource.ENDPOINTSLICES;
    return selected ? SELECTOR : "";
  }

  private static List<Request> watches(TestCluster cluster) {
    return cluster.server.requests().stream()
        .filter(request -> request.verb().equals("watch"))
        .toList();
  }

  @Test
  void theFirstListMayComeFromTheCacheAndLaterOnesAreNotOlder() throws Exception {
    try (TestCluster cluster = TestCluster.start(directory)) {
      FollowedCluster followed = cluster.follow().awaitPicture();
      cluster.service("web", 80);
      followed.await(now -> now.has(TestCluster.name("web")));
      long known = cluster.server.resourceVersion();
      cluster.server.compact();
      cluster.server.faults().breakWatches(Resource.SERVICES);
      cluster.server.faults().breakWatchesInNextEvent(Resource.SERVICES);
      cluster.port("web", 81);
      followed.await(now -> now.port(TestCluster.name("web")) == 81);
      List<Request> lists =
          cluster.server.requests().stream()
              .filter(one -> one.verb().equals("list") && one.resource() == Resource.SERVICES)
              .toList();
      assertThat(lists.get(0).parameter("resourceVersion")).isEqualTo("0");
      assertThat(lists.stream().skip(1))
          .allSatisfy(
              list -> {
                assertThat(list.parameter("resourceVersionMatch")).isEqualTo("NotOlderThan");
                assertThat(Long.parseLong(list.parameter("resourceVersion")))
                    .isGreaterThanOrEqualTo(known);
              });
    }
  }

  @Test
  void aPodIsAskedForByName() throws Exception {
    try (TestCluster cluster = TestCluster.start(directory)) {
      cluster.server.create(
          "{apiVersion: v1, kind: Pod, metadata: {name: web-1}, status: {podIPs: [{ip: 10.2.0.1}]}}");
      FollowedCluster followed = cluster.follow().awaitPicture();
      assertThat(followed.source().podAddresses(TestCluster.name("web-1")))
          .hasToString("[10.2.0.1]");
      assertThat(followed.source().podAddresses(TestCluster.name("web-2"))).isNull();
      assertThat(cluster.server.requests())
          .filteredOn(request -> request.resource() == Resource.PODS)
          .allMatch(request -> request.verb().equals("get"))
          .hasSize(2);
    }
  }
}
