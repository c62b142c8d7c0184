// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.config.Configuration;
import dev.ferrule.agent.http.Answer;
import dev.ferrule.agent.metrics.AllMetrics;
import dev.ferrule.agent.sync.SyncObserver;
import dev.ferrule.agent.traffic.ConnectionCounter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Who is told what becomes of the rules, and shows it.
 *
 * @param metricsPages what is served at the address of metrics, by path
 */
record Observers(List<SyncObserver> list, Function<String, Answer> metricsPages) {

  static Observers of(Configuration configuration) {
    ConnectionCounter connections =
        new ConnectionCounter(configuration.observing().counters(), System.err::println);
    AllMetrics metrics =
        new AllMetrics(
            connections,
            configuration.observing().metricsServices(),
            new VersionCommand.FromJar().number());
    List<SyncObserver> all = new ArrayList<>();
    all.add(connections);
    all.addAll(metrics.observers());
    String mode = configuration.mode().text();
    return new Observers(List.copyOf(all), path -> metrics.page(path, mode));
  }
}
