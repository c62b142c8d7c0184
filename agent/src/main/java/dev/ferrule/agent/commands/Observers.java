// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.config.Configuration;
import dev.ferrule.agent.config.ProxyMode;
import dev.ferrule.agent.page.About;
import dev.ferrule.agent.page.StatusPage;
import dev.ferrule.agent.sync.SyncObserver;
import dev.ferrule.agent.telemetry.AgentMetrics;
import dev.ferrule.agent.telemetry.HostMetrics;
import dev.ferrule.agent.telemetry.TrafficMetrics;
import dev.ferrule.agent.traffic.ConnectionCounter;
import dev.ferrule.rules.nftables.Counting;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;

/**
 * Who is told what becomes of the rules, and shows it.
 *
 * @param page shows it to people
 */
record Observers(List<SyncObserver> all, StatusPage page) {

  Observers {
    all = List.copyOf(all);
  }

  static Observers of(Configuration configuration, PrometheusRegistry registry, String source) {
    ConnectionCounter connections =
        new ConnectionCounter(configuration.observing().counters(), System.err::println);
    TrafficMetrics.register(registry, connections, configuration.observing().metricsServices());
    HostMetrics.register(registry, new VersionCommand.FromJar().number());
    StatusPage page = page(configuration, source, connections);
    return new Observers(List.of(connections, new AgentMetrics(registry), page), page);
  }

  private static StatusPage page(
      Configuration configuration, String source, ConnectionCounter connections) {
    ProxyMode mode = configuration.mode();
    return new StatusPage(
        configuration.observing().statusPage(),
        new About(
            ThisProcess.version(),
            configuration.hostnameOverride(),
            mode.text(),
            source,
            mode == ProxyMode.NFTABLES ? configuration.observing().counters() : Counting.OFF),
        configuration.syncPeriod().multipliedBy(2),
        connections::snapshot);
  }
}
