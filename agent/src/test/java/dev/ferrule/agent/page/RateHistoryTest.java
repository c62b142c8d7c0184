// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.agent.traffic.ConnectionCounts;
import dev.ferrule.agent.traffic.ServiceEndpoint;
import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.compile.ServicePortName;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.ObjectName;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RateHistoryTest {

  private static final ObjectName WEB = new ObjectName("shop", "web");
  private static final ServicePortName HTTP = new ServicePortName(WEB, "http");
  private static final ServicePortName ADMIN = new ServicePortName(WEB, "admin");
  private static final ServiceEndpoint ENDPOINT =
      new ServiceEndpoint(HTTP, new Backend(IpAddress.parse("10.0.0.1"), 80));

  private final RateHistory history = new RateHistory();

  private void add(int second, long http, long admin, long endpoint) {
    history.add(
        new ConnectionCounts(
            second * 1_000_000_000L, Map.of(HTTP, http, ADMIN, admin), Map.of(ENDPOINT, endpoint)));
  }

  @Test
  void twoReadingsGiveARate() {
    add(0, 1000, 50, 900);
    assertThat(history.isKnown()).isFalse();
    add(5, 1010, 65, 904);
    assertThat(history.isKnown()).isTrue();
    assertThat(history.now()).containsExactly(Map.entry(WEB, 5f));
    assertThat(history.now(HTTP)).isEqualTo(2f);
    assertThat(history.now(ENDPOINT)).isEqualTo(0.8f);
    assertThat(history.of(WEB)).containsExactly(5f);
  }

  @Test
  void theSameReadingTwiceIsNothingNew() {
    add(0, 0, 0, 0);
    add(5, 10, 0, 0);
    add(5, 10, 0, 0);
    assertThat(history.of(WEB)).containsExactly(2f);
  }

  @Test
  void aCountThatFallsIsNoTraffic() {
    add(0, 100, 0, 100);
    add(5, 10, 0, 10);
    assertThat(history.now()).isEmpty();
    assertThat(history.now(ENDPOINT)).isZero();
  }

  @Test
  void theOldestPointGoesAndAServiceWithoutTrafficIsForgotten() {
    add(0, 0, 0, 0);
    for (int i = 1; i <= RateHistory.POINTS + 5; i++) {
      add(i, i * (i + 1L) / 2, 0, 0);
    }
    assertThat(history.of(WEB)).hasSize(RateHistory.POINTS).startsWith(6f).endsWith(65f);
    int end = RateHistory.POINTS + 5;
    for (int i = 1; i <= RateHistory.POINTS; i++) {
      assertThat(history.of(WEB)).isNotEmpty();
      add(end + i, end * (end + 1L) / 2, 0, 0);
    }
    assertThat(history.of(WEB)).isEmpty();
  }
}
