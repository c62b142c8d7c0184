// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.metrics;

import dev.ferrule.agent.traffic.ConnectionCounter;
import dev.ferrule.rules.nftables.Counting;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.MetricType;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricFamilyDescriptor;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** All metrics that an agent has, whether or not there is a value yet. */
final class Registered {

  private static final Map<String, Metric> METRICS = metrics();

  private Registered() {}

  /**
   * A metric.
   *
   * @param name as it is on the page, without the suffixes of a histogram
   * @param type as on the page
   */
  record Metric(String name, String type, Set<String> labels, String help) {

    /** The names that a query may use. */
    Stream<String> series() {
      return switch (type) {
        case "histogram" -> Stream.of("_bucket", "_sum", "_count").map(name::concat);
        case "summary" -> Stream.of("", "_sum", "_count").map(name::concat);
        default -> Stream.of(name);
      };
    }
  }

  /** In the order of their names. */
  static List<Metric> all() {
    return METRICS.values().stream().sorted(Comparator.comparing(Metric::name)).toList();
  }

  private static Map<String, Metric> metrics() {
    Map<String, Metric> metrics = new TreeMap<>();
    PrometheusRegistry registry =
        new PrometheusRegistry() {
          @Override
          public void register(Collector collector) {
            Metric metric = metric(collector);
            metrics.put(metric.name(), metric);
            super.register(collector);
          }
        };
    new AllMetrics(registry, new ConnectionCounter(Counting.OFF, line -> {}), 10, "0");
    return metrics;
  }

  private static Metric metric(Collector collector) {
    MetricFamilyDescriptor family = Objects.requireNonNull(collector.getMetricFamilyDescriptor());
    String name = family.getPrometheusName();
    MetricType type = family.getType();
    return new Metric(
        type == MetricType.COUNTER && !name.endsWith("_total")
            ? name + "_total"
            : type == MetricType.INFO && !name.endsWith("_info") ? name + "_info" : name,
        type == MetricType.INFO ? "gauge" : type.name().toLowerCase(Locale.ROOT),
        new TreeSet<>(family.getLabelNames()),
        family.getMetadata().getHelp());
  }
}
