// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.agent.http.Answer;
import dev.ferrule.rules.compile.CompiledService;
import dev.ferrule.rules.compile.ForwardingTable;
import dev.ferrule.rules.compile.LocalGap;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.ObjectName;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricsPagesTest {

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final ProxyMetrics metrics = new ProxyMetrics(registry);
  private final MetricsPages pages = new MetricsPages(registry, "nftables");

  @Test
  void metricsHaveTheNamesAndLabelsOfKubeProxy() {
    metrics.healthz(200);
    metrics.healthz(503);
    metrics.healthz(503);
    metrics.livez(200);
    metrics.queued(IpFamily.IPV4);
    metrics.synced(IpFamily.IPV4, Duration.ofMillis(3), false);
    metrics.failed(IpFamily.IPV6);
    Answer answer = pages.page("/metrics");
    assertThat(answer.headers().get("Content-Type")).startsWith("text/plain; version=0.0.4");
    assertThat(answer.body())
        .contains(
            "kubeproxy_proxy_healthz_total{code=\"200\"} 1.0\n",
            "kubeproxy_proxy_healthz_total{code=\"503\"} 2.0\n",
            "kubeproxy_proxy_livez_total{code=\"200\"} 1.0\n",
            "kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds{ip_family=\"IPv4\"} ",
            "kubeproxy_sync_proxy_rules_last_timestamp_seconds{ip_family=\"IPv4\"} ",
            "kubeproxy_sync_proxy_rules_duration_seconds_bucket{ip_family=\"IPv4\",le=\"0.002\"} 0",
            "kubeproxy_sync_proxy_rules_duration_seconds_bucket{ip_family=\"IPv4\",le=\"0.004\"} 1",
            "kubeproxy_sync_proxy_rules_nftables_sync_failures_total{ip_family=\"IPv6\"} 1.0\n");
  }

  @Test
  void changesArePendingUntilTheKernelHasThem() {
    metrics.changed(3, 5);
    metrics.changed(1, 0);
    assertThat(pages.page("/metrics").body())
        .contains(
            "kubeproxy_sync_proxy_rules_service_changes_total 4.0\n",
            "kubeproxy_sync_proxy_rules_service_changes_pending 4.0\n",
            "kubeproxy_sync_proxy_rules_endpoint_changes_total 5.0\n",
            "kubeproxy_sync_proxy_rules_endpoint_changes_pending 5.0\n");
    metrics.synced(IpFamily.IPV4, Duration.ofMillis(1), false);
    assertThat(pages.page("/metrics").body())
        .contains(
            "kubeproxy_sync_proxy_rules_service_changes_total 4.0\n",
            "kubeproxy_sync_proxy_rules_service_changes_pending 0.0\n",
            "kubeproxy_sync_proxy_rules_endpoint_changes_pending 0.0\n");
  }

  @Test
  void searchesOfConnectionTrackingAreTimedAndWhatTheyRemoveIsCounted() {
    metrics.conntrackSearched(IpFamily.IPV4, Duration.ofMillis(3), 2);
    metrics.conntrackSearched(IpFamily.IPV4, Duration.ofMillis(3), 0);
    String name = "kubeproxy_conntrack_reconciler_";
    assertThat(pages.page("/metrics").body())
        .contains(
            name + "deleted_entries_total{ip_family=\"IPv4\"} 2.0\n",
            name + "sync_duration_seconds_count{ip_family=\"IPv4\"} 2\n");
  }

  @Test
  void portsWithoutLocalEndpointsAreAGauge() {
    ForwardingTable forwarding = new ForwardingTable();
    forwarding.put(
        new CompiledService(
            new ObjectName("default", "web"),
            0,
            List.of(),
            List.of(),
            0,
            0,
            List.of(new LocalGap(IpFamily.IPV6, LocalGap.Traffic.EXTERNAL))));
    metrics.update(forwarding);
    String name = "kubeproxy_sync_proxy_rules_no_local_endpoints_total";
    assertThat(pages.page("/metrics").body())
        .contains(
            "# TYPE " + name + " gauge\n",
            name + "{ip_family=\"IPv4\",traffic_policy=\"internal\"} 0.0\n",
            name + "{ip_family=\"IPv6\",traffic_policy=\"external\"} 1.0\n");
    forwarding.remove(new ObjectName("default", "web"));
    metrics.update(forwarding);
    assertThat(pages.page("/metrics").body())
        .contains(name + "{ip_family=\"IPv6\",traffic_policy=\"external\"} 0.0\n");
  }

  @Test
  void theServerSaysThatItRunsAndInWhichMode() {
    assertThat(pages.page("/healthz")).isEqualTo(Answer.text(200, "ok"));
    assertThat(pages.page("/proxyMode")).isEqualTo(Answer.text(200, "nftables"));
    assertThat(pages.page("/").status()).isEqualTo(404);
  }
}
