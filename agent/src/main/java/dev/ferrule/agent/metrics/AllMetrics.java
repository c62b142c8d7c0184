// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.metrics;

import dev.ferrule.agent.http.Answer;
import dev.ferrule.agent.sync.SyncObserver;
import dev.ferrule.agent.traffic.ConnectionCounter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.util.List;

/** All that is measured of one agent, and the pages that show it. */
public final class AllMetrics {

  private final PrometheusRegistry registry;
  private final List<SyncObserver> observers;

  /**
   * @param most Service ports with metrics of their own, and as many endpoints; 0 for none
   * @param version of this program
   */
  public AllMetrics(ConnectionCounter connections, int most, String version) {
    this(new PrometheusRegistry(), connections, most, version);
  }

  AllMetrics(PrometheusRegistry registry, ConnectionCounter connections, int most, String version) {
    this.registry = registry;
    observers =
        List.of(
            new ProxyMetrics(registry),
            new ProgrammingLatency(registry, Clock.systemUTC()),
            new AgentMetrics(registry),
            new ProblemMetrics(registry),
            new DriftMetrics(registry));
    TrafficMetrics.register(registry, connections, most);
    HostMetrics.register(registry, version);
  }

  /** Who has to be told what becomes of the rules. */
  public List<SyncObserver> observers() {
    return observers;
  }

  /**
   * The answer to a request for metrics. Any thread may ask.
   *
   * @param mode {@code nftables} or {@code iptables}
   */
  public Answer page(String path, String mode) {
    return new MetricsPages(registry, mode).page(path);
  }
}
