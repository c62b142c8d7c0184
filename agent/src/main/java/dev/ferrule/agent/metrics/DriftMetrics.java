// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.metrics;

import dev.ferrule.agent.drift.Drift;
import dev.ferrule.agent.sync.SyncObserver;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.HashSet;
import java.util.Set;

/** Counts what other programs did to our rules. Used by one thread. */
final class DriftMetrics implements SyncObserver {

  /** Further programs are counted together. */
  private static final int PROGRAMS = 20;

  private static final double[] SECONDS = {0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30};

  private final Set<String> programs = new HashSet<>();
  private final Counter repairs;
  private final Counter differences;
  private final Histogram duration;

  /** Registers them. */
  DriftMetrics(PrometheusRegistry registry) {
    repairs =
        Counter.builder()
            .name("ferrule_drift_repairs")
            .help("Repairs of our rules after another program changed them, by its name.")
            .labelNames("by")
            .register(registry);
    differences =
        Counter.builder()
            .name("ferrule_drift_differences")
            .help("Objects that repairs of our rules put right.")
            .register(registry);
    duration =
        Histogram.builder()
            .name("ferrule_drift_repair_duration_seconds")
            .help(
                "Time from hearing that another program changed our rules to the end of the repair.")
            .classicOnly()
            .classicUpperBounds(SECONDS)
            .register(registry);
  }

  @Override
  public void repaired(Drift drift) {
    String name = drift.program().isEmpty() ? "unknown" : drift.program();
    if (programs.size() < PROGRAMS) {
      programs.add(name);
    }
    repairs.labelValues(programs.contains(name) ? name : "other").inc();
    differences.inc(drift.differences());
    duration.observe(drift.after().toNanos() / 1e9);
  }
}
