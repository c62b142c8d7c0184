// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.model.EndpointTrigger;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.testapi.Resource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which changes are told together with the time that the control plane noted for them. */
class TriggerTimesTest {

  private static final String ANNOTATION =
      "{metadata: {annotations: {endpoints.kubernetes.io/last-change-trigger-time: '%s'}}%s}";
  private static final String OTHER_ENDPOINTS =
      ", endpoints: [{addresses: [10.2.0.%d], conditions: {ready: true}}]";

  /** To come, so that it is after the start whatever this machine's clock says. */
  private final Instant later =
      Instant.now().plus(Duration.ofHours(1)).truncatedTo(ChronoUnit.MILLIS);

  @TempDir private Path directory;
  private AnyCluster cluster;

  @BeforeEach
  void open() throws Exception {
    cluster = AnyCluster.open(directory);
    cluster.service("web", 80);
    cluster.slice("web-1", "web", "10.2.0.1");
  }

  @AfterEach
  void close() throws Exception {
    cluster.close();
  }

  private void change(String time, int endpoint) throws Exception {
    cluster.patch(Resource.ENDPOINTSLICES, "web-1", ANNOTATION.formatted(time, other(endpoint)));
  }

  private static String other(int endpoint) {
    return endpoint == 0 ? "" : OTHER_ENDPOINTS.formatted(endpoint);
  }

  private List<EndpointTrigger> triggers(FollowedCluster followed) {
    return followed.changes().stream().flatMap(change -> change.triggers().stream()).toList();
  }

  @Test
  void aChangeOfEndpointsComesWithTheTimeOfWhatMadeItNecessary() throws Exception {
    FollowedCluster followed = cluster.follow().awaitPicture();
    change(later.toString(), 2);
    followed.await(now -> now.endpoints(cluster.name("web")).contains("10.2.0.2"));
    assertThat(triggers(followed))
        .containsExactly(
            new EndpointTrigger(cluster.name("web"), IpFamily.IPV4, later.toEpochMilli()));
  }

  @Test
  void whatTheFirstListShowsHasNoTime() throws Exception {
    change(later.toString(), 2);
    FollowedCluster followed = cluster.follow().awaitPicture();
    assertThat(triggers(followed)).isEmpty();
  }

  @Test
  void timesOfBeforeTheStartAndThoseThatAreNoneDoNotCount() throws Exception {
    FollowedCluster followed = cluster.follow().awaitPicture();
    change("2020-01-31T12:00:00Z", 2);
    followed.await(now -> now.endpoints(cluster.name("web")).contains("10.2.0.2"));
    change("yesterday", 3);
    followed.await(now -> now.endpoints(cluster.name("web")).contains("10.2.0.3"));
    assertThat(triggers(followed)).isEmpty();
  }

  @Test
  void theTimeAloneIsNoChange() throws Exception {
    FollowedCluster followed = cluster.follow().awaitPicture();
    int before = followed.changes().size();
    change(later.toString(), 0);
    cluster.service("other", 80);
    followed.await(now -> now.has(cluster.name("other")));
    assertThat(followed.changes().stream().skip(before))
        .allMatch(change -> change.slices().isEmpty() && change.triggers().isEmpty());
  }
}
