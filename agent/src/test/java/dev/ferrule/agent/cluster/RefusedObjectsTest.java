// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.testapi.Resource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects that cannot be used are left out, or stay as they were, and are named. */
class RefusedObjectsTest {

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

  private void affinity(String service, int seconds) {
    cluster.server.patch(
        Resource.SERVICES,
        "default",
        service,
        "{spec: {sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: %d}}}}"
            .formatted(seconds));
  }

  @Test
  void anObjectThatIsRefusedIsSkippedAndNamedUntilItIsMended() throws IOException {
    cluster.service("bad", 80);
    affinity("bad", 100_000);
    FollowedCluster followed = cluster.follow().awaitPicture();
    assertThat(followed.has(TestCluster.name("bad"))).isFalse();
    assertThat(followed.has(TestCluster.name("web"))).isTrue();
    assertThat(followed.problems())
        .singleElement()
        .asString()
        .startsWith(
            "Service default/bad: spec.sessionAffinityConfig.clientIP.timeoutSeconds: 100000 is not"
                + " in 1 to 86400");
    affinity("bad", 100);
    followed.await(now -> now.has(TestCluster.name("bad")) && now.problems().isEmpty());
  }

  @Test
  void aChangeThatIsRefusedLeavesTheLastGoodState() {
    FollowedCluster followed = cluster.follow().awaitPicture();
    affinity("web", 100_000);
    followed.await(now -> now.problems().size() == 1);
    assertThat(followed.problems().get(0)).endsWith("(its last good state stays in force)");
    assertThat(followed.port(TestCluster.name("web"))).isEqualTo(80);
    affinity("web", 100);
    followed.await(now -> now.problems().isEmpty());
    followed.await(
        now ->
            Objects.requireNonNull(now.services().get(TestCluster.name("web"))).affinitySeconds()
                == 100);
  }

  @Test
  void aLastGoodStateOutlivesAList() throws IOException {
    FollowedCluster followed = cluster.follow().awaitPicture();
    affinity("web", 100_000);
    followed.await(now -> now.problems().size() == 1);
    cluster.server.stop();
    cluster.server.compact();
    cluster.server.restart();
    cluster.service("other", 80);
    followed.await(now -> now.has(TestCluster.name("other")));
    assertThat(followed.port(TestCluster.name("web"))).isEqualTo(80);
    assertThat(followed.problems()).hasSize(1);
  }

  @Test
  void withTheObjectItsMessageGoes() {
    FollowedCluster followed = cluster.follow().awaitPicture();
    affinity("web", 100_000);
    followed.await(now -> now.problems().size() == 1);
    cluster.delete("web");
    followed.await(now -> now.problems().isEmpty() && !now.has(TestCluster.name("web")));
  }

  @Test
  void aMessageGoesWithAnObjectThatWasDeletedWhileNobodyWatched() throws IOException {
    cluster.service("bad", 80);
    affinity("bad", 100_000);
    FollowedCluster followed = cluster.follow().awaitPicture();
    assertThat(followed.problems()).hasSize(1);
    cluster.server.stop();
    cluster.delete("bad");
    cluster.server.compact();
    cluster.server.restart();
    followed.await(now -> now.problems().isEmpty());
  }

  @Test
  void aFaultyEndpointIsLeftOutAlone() throws IOException {
    cluster.server.create(Texts.slice("web-1", "web", "127.0.0.1", "10.2.0.1"));
    FollowedCluster followed = cluster.follow().awaitPicture();
    assertThat(followed.endpoints(TestCluster.name("web"))).containsExactly("10.2.0.1");
    assertThat(followed.problems())
        .singleElement()
        .asString()
        .startsWith("EndpointSlice default/web-1: endpoints[0].addresses");
  }
}
