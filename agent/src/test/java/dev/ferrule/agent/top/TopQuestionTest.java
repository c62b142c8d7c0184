// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.top;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.agent.traffic.ConnectionCounts;
import dev.ferrule.agent.traffic.ServiceEndpoint;
import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.compile.ServicePortName;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.ObjectName;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TopQuestionTest {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00.5Z");
  private static final long SECOND = 1_000_000_000L;
  private static final ServicePortName WEB = port("shop", "web", "http");
  private static final ServicePortName DNS = port("kube-system", "dns", "");
  private static final ServicePortName IDLE = port("shop", "idle", "");

  private static final ConnectionCounts BEFORE =
      new ConnectionCounts(
          7 * SECOND, Map.of(WEB, 100L, DNS, 50L), Map.of(end(WEB, 1), 60L, end(WEB, 2), 40L));
  private static final ConnectionCounts AFTER =
      new ConnectionCounts(
          9 * SECOND,
          Map.of(WEB, 140L, DNS, 53L, IDLE, 0L),
          Map.of(end(WEB, 1), 90L, end(WEB, 2), 45L, end(WEB, 3), 5L));

  @Test
  void thoseWithMostComeFirst() {
    assertThat(TopText.of(report(null, 10), false, ZoneOffset.UTC))
        .isEqualTo(
            """
            12:00:00  21.5 new connections a second, 3 Service ports, over 2.0 s
            NAMESPACE     NAME   PORT   NEW/S   SHARES
            shop          web    http   20.0    75% 13% 13%
            kube-system   dns    -      1.5     -
            shop          idle   -      0.0
            """);
  }

  @Test
  void endpointsHaveLinesOfTheirOwn() {
    assertThat(TopText.of(report("shop", 1), true, ZoneOffset.UTC))
        .isEqualTo(
            """
            12:00:00  20.0 new connections a second, 2 Service ports, over 2.0 s
            NAMESPACE   NAME   PORT   NEW/S   ENDPOINT
            shop        web    http   20.0
                                      15.0    10.0.0.1:80 75%
                                      2.5     10.0.0.2:80 13%
                                      2.5     10.0.0.3:80 13%
            """);
  }

  @Test
  void programsGetALine() {
    assertThat(TopJson.of(report(null, 2)))
        .isEqualTo(
            """
            {"at":"2026-01-31T12:00:00.500Z","intervalSeconds":2.0,"servicePorts":3,\
            "newPerSecond":21.5,"services":[{"namespace":"shop","name":"web","port":"http",\
            "newPerSecond":20.0,"endpoints":[\
            {"endpoint":"10.0.0.1:80","newPerSecond":15.0,"share":0.75},\
            {"endpoint":"10.0.0.2:80","newPerSecond":2.5,"share":0.125},\
            {"endpoint":"10.0.0.3:80","newPerSecond":2.5,"share":0.125}],"moreEndpoints":0},\
            {"namespace":"kube-system","name":"dns","port":"","newPerSecond":1.5,\
            "endpoints":[],"moreEndpoints":0}]}
            """);
  }

  @Test
  void aServiceThatCameBackHasNoNegativeRate() {
    ConnectionCounts again = new ConnectionCounts(9 * SECOND, Map.of(WEB, 3L), Map.of());
    TopReport report = new TopQuestion(null, 5).answer(NOON, BEFORE, again, true);
    assertThat(report.perSecond()).isZero();
  }

  @Test
  void ofManyEndpointsTheBusiestAreTold() {
    Map<ServiceEndpoint, Long> ends = new HashMap<>();
    for (int i = 1; i <= 14; i++) {
      ends.put(end(WEB, i), (long) i);
    }
    ConnectionCounts before = new ConnectionCounts(SECOND, Map.of(WEB, 0L), Map.of());
    ConnectionCounts after = new ConnectionCounts(2 * SECOND, Map.of(WEB, 105L), ends);
    TopReport report = new TopQuestion(null, 5).answer(NOON, before, after, true);
    TopReport.Row row = report.rows().get(0);
    assertThat(row.endpoints()).hasSize(10);
    assertThat(row.endpoints().get(0).endpoint()).isEqualTo(end(WEB, 14).backend());
    assertThat(row.moreEndpoints()).isEqualTo(4);
    assertThat(TopText.of(report, true, ZoneOffset.UTC)).contains("... and 4 more");
    assertThat(TopText.of(report, false, ZoneOffset.UTC)).contains("13% 12% 11% 10% 10% +9");
  }

  private static TopReport report(@Nullable String namespace, int rows) {
    return new TopQuestion(namespace, rows).answer(NOON, BEFORE, AFTER, true);
  }

  private static ServicePortName port(String namespace, String name, String port) {
    return new ServicePortName(new ObjectName(namespace, name), port);
  }

  private static ServiceEndpoint end(ServicePortName port, int number) {
    return new ServiceEndpoint(port, new Backend(IpAddress.parse("10.0.0." + number), 80));
  }
}
