// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.agent.http.Answer;
import dev.ferrule.rules.model.IpFamily;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** kube-proxy's meaning of healthy, with a clock that the test moves. */
class ProxyHealthTest {

  private static final Instant START = Instant.parse("2026-01-31T12:00:00Z");
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private Duration passed = Duration.ZERO;
  private final ProxyHealth health =
      new ProxyHealth(LIMIT, () -> Long.MAX_VALUE + passed.toNanos(), () -> START.plus(passed));
  private final List<Integer> healthz = new ArrayList<>();
  private final List<Integer> livez = new ArrayList<>();
  private final HealthPages pages = new HealthPages(health, healthz::add, livez::add);

  @Test
  void itIsHealthyWhileItStartsHoweverLongThatTakes() {
    health.queued(IpFamily.IPV4);
    pass(Duration.ofHours(1));
    assertThat(health.isHealthy()).isTrue();
    assertThat(health.status().lastUpdated()).isEqualTo(Instant.parse("0001-01-01T00:00:00Z"));
  }

  @Test
  void aChangeMayWaitForTheLimitAndNoLonger() {
    syncBoth();
    health.queued(IpFamily.IPV6);
    pass(LIMIT.minusNanos(1));
    assertThat(health.isHealthy()).isTrue();
    pass(Duration.ofNanos(1));
    assertThat(health.isHealthy()).isFalse();
  }

  @Test
  void furtherChangesDoNotProlongTheWaitOfTheFirst() {
    syncBoth();
    for (int i = 0; i < 4; i++) {
      health.queued(IpFamily.IPV4);
      pass(LIMIT.dividedBy(4));
    }
    assertThat(health.isHealthy()).isFalse();
  }

  @Test
  void oneFamilyThatIsLateIsEnoughAndItsSyncHeals() {
    syncBoth();
    health.queued(IpFamily.IPV4);
    health.queued(IpFamily.IPV6);
    pass(LIMIT);
    health.synced(IpFamily.IPV4);
    assertThat(health.isHealthy()).isFalse();
    assertThat(health.status().lastUpdated()).isEqualTo(START);
    health.synced(IpFamily.IPV6);
    assertThat(health.isHealthy()).isTrue();
    assertThat(health.status().lastUpdated()).isEqualTo(START.plus(LIMIT));
  }

  @Test
  void aFamilyThatNeverSyncedDoesNotCount() {
    health.synced(IpFamily.IPV4);
    health.queued(IpFamily.IPV6);
    pass(Duration.ofHours(1));
    assertThat(health.isHealthy()).isTrue();
  }

  @Test
  void onlyHealthzTellsThatTheNodeIsLeaving() {
    syncBoth();
    pass(Duration.ofSeconds(7));
    assertThat(pages.page("/healthz").status()).isEqualTo(200);
    health.nodeIsLeaving(true);
    Answer answer = pages.page("/healthz");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.body())
        .isEqualTo(
            "{\"lastUpdated\": \"2026-01-31T12:00:00Z\","
                + "\"currentTime\": \"2026-01-31T12:00:07Z\", \"nodeEligible\": false}");
    assertThat(pages.page("/livez").status()).isEqualTo(200);
    health.nodeIsLeaving(false);
    assertThat(pages.page("/healthz").status()).isEqualTo(200);
    assertThat(healthz).containsExactly(200, 503, 200);
    assertThat(livez).containsExactly(200);
  }

  @Test
  void bothPagesTellThatTheRulesAreOld() {
    syncBoth();
    health.queued(IpFamily.IPV4);
    pass(LIMIT);
    assertThat(pages.page("/healthz").status()).isEqualTo(503);
    assertThat(pages.page("/healthz").body()).contains("\"nodeEligible\": true");
    Answer answer = pages.page("/livez");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.body())
        .isEqualTo(
            "{\"lastUpdated\": \"2026-01-31T12:00:00Z\","
                + "\"currentTime\": \"2026-01-31T12:01:00Z\"}");
    assertThat(answer.headers())
        .containsEntry("Content-Type", "application/json")
        .containsEntry("X-Content-Type-Options", "nosniff");
  }

  @Test
  void whileAllIsWellTheLastUpdateIsNow() {
    syncBoth();
    pass(Duration.ofDays(1));
    assertThat(pages.page("/livez").body())
        .isEqualTo(
            "{\"lastUpdated\": \"2026-02-01T12:00:00Z\","
                + "\"currentTime\": \"2026-02-01T12:00:00Z\"}");
  }

  @Test
  void otherPathsAreNotThere() {
    assertThat(pages.page("/").status()).isEqualTo(404);
    assertThat(pages.page("/healthz/").status()).isEqualTo(404);
  }

  private void syncBoth() {
    health.synced(IpFamily.IPV4);
    health.synced(IpFamily.IPV6);
  }

  private void pass(Duration time) {
    passed = passed.plus(time);
  }
}
