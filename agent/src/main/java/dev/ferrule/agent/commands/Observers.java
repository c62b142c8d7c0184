// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.config.Configuration;
import dev.ferrule.agent.sync.SyncObserver;
import dev.ferrule.agent.telemetry.AgentMetrics;
import dev.ferrule.agent.telemetry.HostMetrics;
import dev.ferrule.agent.telemetry.TrafficMetrics;
import dev.ferrule.agent.traffic.ConnectionCounter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;

/** Who is told what becomes of the rules, and shows it. */
final class Observers {

  private Observers() {}

  static List<SyncObserver> of(Configuration configuration, PrometheusRegistry registry) {
    ConnectionCounter connections =
        new ConnectionCounter(configuration.observing().counters(), System.err::println);
    TrafficMetrics.register(registry, connections, configuration.observing().metricsServices());
    HostMetrics.register(registry, new VersionCommand.FromJar().number());
    return List.of(connections, new AgentMetrics(registry));
  }
}
