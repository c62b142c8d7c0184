// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.metrics;

import dev.ferrule.agent.traffic.ConnectionCounter;
import dev.ferrule.rules.compile.ServicePortName;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Comparator;
import java.util.Map;
import java.util.function.BiConsumer;

/** Connections of Services and endpoints, of those with most. */
final class TrafficMetrics {

  private TrafficMetrics() {}

  /**
   * Registers them.
   *
   * @param most Service ports that are shown, and as many endpoints; 0 for none
   */
  static void register(PrometheusRegistry registry, ConnectionCounter connections, int most) {
    CounterWithCallback.builder()
        .name("ferrule_service_connections")
        .help("New connections of a Service port since the agent started.")
        .labelNames("namespace", "service", "port")
        .callback(
            callback ->
                largest(
                    connections.snapshot().services(),
                    most,
                    (port, count) -> callback.call(count, labels(port))))
        .register(registry);
    CounterWithCallback.builder()
        .name("ferrule_endpoint_connections")
        .help("New connections that were given to an endpoint since the agent started.")
        .labelNames("namespace", "service", "port", "endpoint")
        .callback(
            callback ->
                largest(
                    connections.snapshot().endpoints(),
                    most,
                    (end, count) ->
                        callback.call(count, labels(end.service(), end.backend().toString()))))
        .register(registry);
  }

  private static String[] labels(ServicePortName port) {
    return new String[] {port.service().namespace(), port.service().name(), port.port()};
  }

  private static String[] labels(ServicePortName port, String endpoint) {
    return new String[] {port.service().namespace(), port.service().name(), port.port(), endpoint};
  }

  private static <T> void largest(Map<T, Long> counts, int most, BiConsumer<T, Long> take) {
    if (counts.size() <= most) {
      counts.forEach(take);
    } else if (most > 0) {
      counts.entrySet().stream()
          .sorted(Comparator.comparing(entry -> -entry.getValue()))
          .limit(most)
          .forEach(entry -> take.accept(entry.getKey(), entry.getValue()));
    }
  }
}
