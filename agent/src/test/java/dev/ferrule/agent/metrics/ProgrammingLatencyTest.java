// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.agent.sync.Commit;
import dev.ferrule.rules.diff.Changes;
import dev.ferrule.rules.model.CatalogChange;
import dev.ferrule.rules.model.EndpointTrigger;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.ObjectName;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgrammingLatencyTest {

  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
  private static final String NAME = "kubeproxy_network_programming_duration_seconds";
  private static final String IPV4 = "{ip_family=\"IPv4\"";

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final ProgrammingLatency latency =
      new ProgrammingLatency(registry, Clock.fixed(NOW, ZoneOffset.UTC));

  private void changed(Duration before) {
    EndpointTrigger trigger =
        new EndpointTrigger(
            new ObjectName("default", "web"), IpFamily.IPV4, NOW.minus(before).toEpochMilli());
    latency.changed(new CatalogChange(Map.of(), Map.of(), null, List.of(), List.of(trigger)));
  }

  private void committed() {
    latency.committed(new Commit(Commit.Cause.SOURCE, Changes.NONE, Duration.ofMillis(1)));
  }

  private String page() {
    return new MetricsPages(registry, "nftables").page("/metrics").body();
  }

  @Test
  void itEndsWithTheCommitThatSucceeds() {
    changed(Duration.ofMillis(700));
    latency.failed();
    assertThat(page()).contains(NAME + "_count" + IPV4 + "} 0\n");
    committed();
    committed();
    assertThat(page())
        .contains(
            NAME + "_bucket" + IPV4 + ",le=\"0.5\"} 0\n",
            NAME + "_bucket" + IPV4 + ",le=\"1.0\"} 1\n",
            NAME + "_count" + IPV4 + "} 1\n",
            NAME + "_count{ip_family=\"IPv6\"} 0\n");
  }

  @Test
  void bucketsAreThoseOfKubeProxy() {
    assertThat(Buckets.programming())
        .hasSize(80)
        .isSorted()
        .startsWith(0.25, 0.5, 1, 2)
        .contains(59, 60, 65, 115, 120, 150)
        .endsWith(270, 300);
  }

  @Test
  void aClockThatIsAheadMakesNoNegativeTime() {
    changed(Duration.ofSeconds(-3));
    committed();
    assertThat(page()).contains(NAME + "_sum" + IPV4 + "} 0.0\n");
  }

  @Test
  void whileNothingCanBeCommittedWhatIsRememberedIsBounded() {
    for (int i = 0; i < 10_500; i++) {
      changed(Duration.ofSeconds(1));
    }
    committed();
    assertThat(page()).contains(NAME + "_count" + IPV4 + "} 10000\n");
  }
}
