// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.metrics;

import dev.ferrule.agent.sync.Commit;
import dev.ferrule.agent.sync.SyncObserver;
import dev.ferrule.rules.model.CatalogChange;
import dev.ferrule.rules.model.EndpointTrigger;
import dev.ferrule.rules.model.IpFamily;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * The time from a change of a Pod or Service to the end of the commit that follows from it, as
 * kube-proxy measures it. Told by the sync thread.
 */
final class ProgrammingLatency implements SyncObserver {

  /** As long as no commit succeeds, no more are remembered. */
  private static final int REMEMBERED = 10_000;

  private final Clock clock;
  private final Histogram latency;
  private final List<EndpointTrigger> waiting = new ArrayList<>();

  ProgrammingLatency(PrometheusRegistry registry, Clock clock) {
    this.clock = clock;
    latency =
        Histogram.builder()
            .name("kubeproxy_network_programming_duration_seconds")
            .help(
                "Time from the change of a Pod or Service that the API server noted to the end of"
                    + " the commit; only with the Kubernetes API as the source.")
            .labelNames("ip_family")
            .classicOnly()
            .classicUpperBounds(Buckets.programming())
            .register(registry);
    for (IpFamily family : IpFamily.values()) {
      latency.initLabelValues(family.text());
    }
  }

  @Override
  public void changed(CatalogChange change) {
    int room = REMEMBERED - waiting.size();
    change.triggers().stream().limit(room).forEach(waiting::add);
  }

  @Override
  public void committed(Commit commit) {
    long now = clock.millis();
    for (EndpointTrigger trigger : waiting) {
      // Another machine's clock wrote that time, and may be ahead of ours.
      double seconds = Math.max(0, now - trigger.at()) / 1e3;
      latency.labelValues(trigger.family().text()).observe(seconds);
    }
    waiting.clear();
  }
}
