// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.metrics;

import dev.ferrule.agent.sync.Commit;
import dev.ferrule.agent.sync.SyncObserver;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.model.CatalogChange;
import dev.ferrule.rules.model.IpFamily;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Locale;
import java.util.Map;

/** What the agent does, as kube-proxy has no names for it. Told by the sync thread. */
final class AgentMetrics implements SyncObserver {

  private final Histogram stages;
  private final Counter commits;
  private final Counter changes;
  private final Counter failures;
  private final Gauge elements;
  private final Gauge services;
  private final Gauge frontends;
  private final Gauge inStep;
  private final Gauge lastEvent;

  private long queuedAt;
  private long changedAt;

  /** Registers them. */
  AgentMetrics(PrometheusRegistry registry) {
    stages =
        Histogram.builder()
            .name("ferrule_sync_stage_duration_seconds")
            .help("Time of one stage of a sync: read (the source), compile, commit.")
            .labelNames("stage")
            .classicOnly()
            .classicUpperBounds(Buckets.sync())
            .register(registry);
    commits =
        Counter.builder()
            .name("ferrule_commits")
            .help("Syncs that left the kernel with all that is wanted, by what caused them.")
            .labelNames("cause")
            .register(registry);
    changes =
        Counter.builder()
            .name("ferrule_kernel_changes")
            .help("Elements, sets, chains and whole tables that commits changed.")
            .register(registry);
    failures =
        Counter.builder()
            .name("ferrule_commit_failures")
            .help("Commits after which the kernel lacked something.")
            .register(registry);
    elements = gauge(registry, "elements", "Elements of a set of ours.", "ip_family", "set");
    services = gauge(registry, "services", "Services that have rules.");
    frontends = gauge(registry, "frontends", "Addresses with port that lead to Services.");
    inStep =
        gauge(
            registry, "in_step", "1 while the kernel has all that is wanted, 0 while it has not.");
    lastEvent =
        gauge(
            registry,
            "source_last_event_timestamp_seconds",
            "When the source last told something, in seconds since 1970.");
    for (Commit.Cause cause : Commit.Cause.values()) {
      commits.initLabelValues(text(cause));
    }
  }

  private static Gauge gauge(
      PrometheusRegistry registry, String name, String help, String... labels) {
    return Gauge.builder().name("ferrule_" + name).help(help).labelNames(labels).register(registry);
  }

  private static String text(Enum<?> name) {
    return name.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void queued() {
    queuedAt = System.nanoTime();
    changedAt = queuedAt;
  }

  @Override
  public void changed(CatalogChange change) {
    changedAt = System.nanoTime();
    lastEvent.set(System.currentTimeMillis() / 1e3);
    if (queuedAt != 0) {
      observe("read", changedAt - queuedAt);
    }
  }

  @Override
  public void committed(Commit commit) {
    inStep.set(1);
    commits.labelValues(text(commit.cause())).inc();
    changes.inc(commit.changes().list().size());
    observe("commit", commit.took().toNanos());
    if (commit.cause() == Commit.Cause.SOURCE) {
      observe("compile", System.nanoTime() - commit.took().toNanos() - changedAt);
    }
  }

  private void observe(String stage, long nanos) {
    stages.labelValues(stage).observe(Math.max(0, nanos) / 1e9);
  }

  @Override
  public void failed() {
    inStep.set(0);
    failures.inc();
  }

  @Override
  public void wanted(DesiredState desired) {
    for (Map.Entry<IpFamily, Map<String, Integer>> family : desired.elements().entrySet()) {
      String text = family.getKey().text();
      family.getValue().forEach((set, count) -> elements.labelValues(text, set).set(count));
    }
    services.set(desired.forwarding().services().size());
    frontends.set(desired.forwarding().frontends().size());
  }
}
