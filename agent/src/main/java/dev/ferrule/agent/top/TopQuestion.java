// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.top;

import dev.ferrule.agent.traffic.ConnectionCounts;
import dev.ferrule.agent.traffic.ServiceEndpoint;
import dev.ferrule.rules.compile.ServicePortName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is asked about.
 *
 * @param namespace null for all
 * @param rows how many Service ports to tell of at most
 */
public record TopQuestion(@Nullable String namespace, int rows) {

  private static final Comparator<Measured> BUSIEST =
      Comparator.comparingLong((Measured port) -> -port.connections())
          .thenComparing(port -> port.name().service().namespace())
          .thenComparing(port -> port.name().service().name())
          .thenComparing(port -> port.name().port());

  private static final Comparator<Given> BUSIEST_END =
      Comparator.comparingLong((Given end) -> -end.connections())
          .thenComparing(end -> end.end().backend());

  private record Measured(ServicePortName name, long connections) {}

  private record Given(ServiceEndpoint end, long connections) {}

  /**
   * What became of connections between two looks at the counters.
   *
   * @param before the earlier one
   * @param byEndpoint whether endpoints are counted
   */
  public TopReport answer(
      Instant at, ConnectionCounts before, ConnectionCounts after, boolean byEndpoint) {
    double seconds = (after.nanos() - before.nanos()) / 1e9;
    List<Measured> ports = new ArrayList<>();
    long all = 0;
    for (Map.Entry<ServicePortName, Long> entry : after.services().entrySet()) {
      ServicePortName name = entry.getKey();
      if (namespace == null || name.service().namespace().equals(namespace)) {
        long connections = gained(before.services().get(name), entry.getValue());
        ports.add(new Measured(name, connections));
        all += connections;
      }
    }
    ports.sort(BUSIEST);
    List<Measured> shown = ports.subList(0, Math.min(rows, ports.size()));
    Map<ServicePortName, List<Given>> given = given(shown, before, after);
    return new TopReport(
        at,
        Duration.ofNanos(after.nanos() - before.nanos()),
        ports.size(),
        all / seconds,
        byEndpoint,
        shown.stream()
            .map(port -> row(port, given.getOrDefault(port.name(), List.of()), seconds))
            .toList());
  }

  /** A Service that went and came back has counted anew. */
  private static long gained(@Nullable Long before, long after) {
    return before == null ? after : Math.max(0, after - before);
  }

  private static Map<ServicePortName, List<Given>> given(
      List<Measured> shown, ConnectionCounts before, ConnectionCounts after) {
    Map<ServicePortName, List<Given>> given = new HashMap<>();
    for (Measured port : shown) {
      if (port.connections() > 0) {
        given.put(port.name(), new ArrayList<>());
      }
    }
    after
        .endpoints()
        .forEach(
            (end, count) -> {
              List<Given> of = given.get(end.service());
              long connections = gained(before.endpoints().get(end), count);
              if (of != null && connections > 0) {
                of.add(new Given(end, connections));
              }
            });
    return given;
  }

  private static TopReport.Row row(Measured port, List<Given> given, double seconds) {
    long sum = given.stream().mapToLong(Given::connections).sum();
    List<TopReport.Share> shares =
        given.stream()
            .sorted(BUSIEST_END)
            .limit(TopReport.Row.MOST_ENDPOINTS)
            .map(
                end ->
                    new TopReport.Share(
                        end.end().backend(),
                        end.connections() / seconds,
                        (double) end.connections() / sum))
            .toList();
    return new TopReport.Row(
        port.name(), port.connections() / seconds, shares, given.size() - shares.size());
  }
}
