// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.config.Configuration;
import dev.ferrule.agent.config.ProxyMode;
import dev.ferrule.agent.http.Answer;
import dev.ferrule.agent.log.Log;
import dev.ferrule.agent.metrics.AllMetrics;
import dev.ferrule.agent.page.About;
import dev.ferrule.agent.page.StatusPage;
import dev.ferrule.agent.sync.SyncObserver;
import dev.ferrule.agent.traffic.ConnectionCounter;
import dev.ferrule.rules.nftables.Counting;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Who is told what becomes of the rules, and shows it.
 *
 * @param connections one of these, which counts
 * @param metricsPages what is served at the address of metrics, by path
 * @param page what is served to people, at the address of the health server
 */
record Observers(
    List<SyncObserver> list,
    ConnectionCounter connections,
    Function<String, Answer> metricsPages,
    StatusPage page) {

  static Observers of(Configuration configuration, String source, Log log, AgentControl control) {
    ConnectionCounter connections =
        new ConnectionCounter(configuration.observing().counters(), log);
    AllMetrics metrics =
        new AllMetrics(
            connections,
            configuration.observing().metricsServices(),
            new VersionCommand.FromJar().number());
    List<SyncObserver> all = new ArrayList<>();
    all.add(connections);
    all.addAll(metrics.observers());
    StatusPage page = page(configuration, source, connections, control);
    all.add(page);
    String mode = configuration.mode().text();
    return new Observers(List.copyOf(all), connections, path -> metrics.page(path, mode), page);
  }

  private static StatusPage page(
      Configuration configuration,
      String source,
      ConnectionCounter connections,
      AgentControl control) {
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
        connections::snapshot,
        control.board(),
        control.drifts());
  }
}
