// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.metrics;

import dev.ferrule.agent.conntrack.Removed;
import dev.ferrule.agent.sync.Commit;
import dev.ferrule.agent.sync.SyncObserver;
import dev.ferrule.rules.compile.ForwardingTable;
import dev.ferrule.rules.compile.LocalGap;
import dev.ferrule.rules.diff.Change;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.model.CatalogChange;
import dev.ferrule.rules.model.IpFamily;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;

/**
 * Counters and gauges that mean what they mean in kube-proxy ({@code pkg/proxy/metrics}). Both
 * families are written in one commit, so that what is said of a sync is the same for both. Told by
 * several threads.
 */
final class ProxyMetrics implements SyncObserver {

  private static final String PREFIX = "kubeproxy_";
  private static final String FAMILY = "ip_family";
  private static final String CODE = "code";

  private final PrometheusRegistry registry;
  private final Counter healthz;
  private final Counter livez;
  private final Counter failures;
  private final Gauge lastQueued;
  private final Gauge lastSynced;
  private final Gauge noLocalEndpoints;
  private final Counter serviceChanges;
  private final Counter endpointChanges;
  private final Gauge serviceChangesPending;
  private final Gauge endpointChangesPending;
  private final Counter staleEntries;
  private final Histogram duration;
  private final Histogram conntrackDuration;
  private final Histogram fullDuration;
  private final Histogram partialDuration;

  /** Owned by the sync thread. */
  private long queuedAt;

  /**
   * Registers all of them.
   *
   * @param registry what the page with metrics shows
   */
  ProxyMetrics(PrometheusRegistry registry) {
    this.registry = registry;
    this.healthz = counter("proxy_healthz", "Answers of /healthz by status code.", CODE);
    this.livez = counter("proxy_livez", "Answers of /livez by status code.", CODE);
    this.failures =
        counter("sync_proxy_rules_nftables_sync_failures", "Commits that failed.", FAMILY);
    this.lastQueued =
        gauge(
            "sync_proxy_rules_last_queued_timestamp_seconds",
            "When the last change was taken up, in seconds since 1970.",
            FAMILY);
    this.lastSynced =
        gauge(
            "sync_proxy_rules_last_timestamp_seconds",
            "When the rules were last brought up to date, in seconds since 1970.",
            FAMILY);
    this.noLocalEndpoints =
        gauge(
            "sync_proxy_rules_no_local_endpoints_total",
            "Service ports with a Local traffic policy that have endpoints, but none on this node.",
            FAMILY,
            "traffic_policy");
    this.serviceChanges =
        counter("sync_proxy_rules_service_changes", "Changes of Services that were taken up.");
    this.endpointChanges =
        counter(
            "sync_proxy_rules_endpoint_changes",
            "Changes of a Service's endpoints that were taken up.");
    this.serviceChangesPending =
        gauge(
            "sync_proxy_rules_service_changes_pending",
            "Changes of Services that are not in the kernel yet.");
    this.endpointChangesPending =
        gauge(
            "sync_proxy_rules_endpoint_changes_pending",
            "Changes of a Service's endpoints that are not in the kernel yet.");
    this.staleEntries =
        counter(
            "conntrack_reconciler_deleted_entries",
            "Connection tracking entries that led nowhere and were removed.",
            FAMILY);
    this.duration =
        seconds(
            "sync_proxy_rules_duration_seconds",
            "Time from taking a change up to the end of its commit.");
    this.conntrackDuration =
        seconds(
            "conntrack_reconciler_sync_duration_seconds",
            "Time of a search for connection tracking entries that lead nowhere.");
    this.fullDuration =
        seconds(
            "sync_full_proxy_rules_duration_seconds",
            "Time of those syncs that compared or wrote everything.");
    this.partialDuration =
        seconds(
            "sync_partial_proxy_rules_duration_seconds",
            "Time of those syncs that wrote changes only.");
    Counter cleanupFailures =
        counter(
            "sync_proxy_rules_nftables_cleanup_failures",
            "Always 0: a commit removes what is not wanted, or fails as a whole.",
            FAMILY);
    for (IpFamily family : IpFamily.values()) {
      cleanupFailures.initLabelValues(family.text());
      failures.initLabelValues(family.text());
    }
  }

  private Counter counter(String name, String help, String... labels) {
    return Counter.builder().name(PREFIX + name).help(help).labelNames(labels).register(registry);
  }

  private Gauge gauge(String name, String help, String... labels) {
    return Gauge.builder().name(PREFIX + name).help(help).labelNames(labels).register(registry);
  }

  private Histogram seconds(String name, String help) {
    return Histogram.builder()
        .name(PREFIX + name)
        .help(help)
        .labelNames(FAMILY)
        .classicOnly()
        .classicUpperBounds(Buckets.sync())
        .register(registry);
  }

  @Override
  public void answered(String page, int status) {
    if (page.equals("/healthz")) {
      healthz(status);
    } else {
      livez(status);
    }
  }

  @Override
  public void queued() {
    queuedAt = System.nanoTime();
    for (IpFamily family : IpFamily.values()) {
      queued(family);
    }
  }

  @Override
  public void changed(CatalogChange change) {
    changed(change.services().size(), change.slices().size());
  }

  @Override
  public void committed(Commit commit) {
    boolean full =
        commit.cause() == Commit.Cause.START
            || commit.cause() == Commit.Cause.RETRY
            || commit.changes().list().stream().anyMatch(Change.TableWritten.class::isInstance);
    Duration took =
        switch (commit.cause()) {
          case SOURCE, ADDRESSES -> Duration.ofNanos(System.nanoTime() - queuedAt);
          case START, DRIFT, RETRY -> commit.took();
        };
    for (IpFamily family : IpFamily.values()) {
      synced(family, took, full);
    }
  }

  @Override
  public void failed() {
    for (IpFamily family : IpFamily.values()) {
      failed(family);
    }
  }

  @Override
  public void searched(Removed removed) {
    removed
        .searches()
        .forEach((family, search) -> conntrackSearched(family, search.took(), search.removed()));
  }

  @Override
  public void wanted(DesiredState desired) {
    update(desired.forwarding());
  }

  /** {@code /healthz} was answered. */
  void healthz(int code) {
    healthz.labelValues(Integer.toString(code)).inc();
  }

  /** {@code /livez} was answered. */
  void livez(int code) {
    livez.labelValues(Integer.toString(code)).inc();
  }

  /** A change was taken up. */
  void queued(IpFamily family) {
    lastQueued.labelValues(family.text()).set(now());
  }

  /**
   * What the change is about.
   *
   * @param services number of Services that are different
   * @param endpoints number of Services whose endpoints are
   */
  void changed(int services, int endpoints) {
    serviceChanges.inc(services);
    endpointChanges.inc(endpoints);
    serviceChangesPending.inc(services);
    endpointChangesPending.inc(endpoints);
  }

  /**
   * The kernel has all changes.
   *
   * @param full whether everything was compared or written, not only what had changed
   */
  void synced(IpFamily family, Duration took, boolean full) {
    double seconds = took.toNanos() / 1e9;
    lastSynced.labelValues(family.text()).set(now());
    duration.labelValues(family.text()).observe(seconds);
    (full ? fullDuration : partialDuration).labelValues(family.text()).observe(seconds);
    serviceChangesPending.set(0);
    endpointChangesPending.set(0);
  }

  /** The connection tracking table was searched for entries that lead nowhere. */
  void conntrackSearched(IpFamily family, Duration took, int removed) {
    conntrackDuration.labelValues(family.text()).observe(took.toNanos() / 1e9);
    staleEntries.labelValues(family.text()).inc(removed);
  }

  /** The kernel refused a change. */
  void failed(IpFamily family) {
    failures.labelValues(family.text()).inc();
  }

  /** Takes over what follows from the Services. */
  void update(ForwardingTable forwarding) {
    for (IpFamily family : IpFamily.values()) {
      for (LocalGap.Traffic traffic : LocalGap.Traffic.values()) {
        noLocalEndpoints
            .labelValues(family.text(), traffic.text())
            .set(forwarding.count(new LocalGap(family, traffic)));
      }
    }
  }

  private static double now() {
    return System.currentTimeMillis() / 1e3;
  }
}
