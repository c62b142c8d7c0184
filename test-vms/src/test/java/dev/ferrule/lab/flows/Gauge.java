// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ferrule.lab.Caller;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A value that the agent's metrics must show after the sync. */
record Gauge(String name, Map<String, String> labels, double value) {
  private static final int METRICS_PORT = 10249;
  private static final Pattern LINE = Pattern.compile("(\\w+)(?:\\{(.*)})? (\\S+)");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

  static Gauge of(JsonNode gauge) {
    Map<String, String> labels = new TreeMap<>();
    gauge.path("labels").properties().forEach(e -> labels.put(e.getKey(), e.getValue().asText()));
    return new Gauge(gauge.path("name").asText(), labels, gauge.path("value").asDouble());
  }

  /** What is wrong, if anything. A gauge that is not shown counts as zero. */
  Optional<String> ask(Caller node) {
    try {
      double shown =
          node.page("127.0.0.1", METRICS_PORT, "/metrics")
              .body()
              .lines()
              .mapToDouble(this::valueOf)
              .max()
              .orElse(0);
      return Double.compare(shown, value) == 0
          ? Optional.empty()
          : Optional.of("metric %s%s is %s, expected %s".formatted(name, labels, shown, value));
    } catch (IOException e) {
      return Optional.of("metric %s: %s".formatted(name, e.getMessage()));
    }
  }

  private double valueOf(String line) {
    Matcher parts = LINE.matcher(line);
    if (!parts.matches() || !parts.group(1).equals(name)) {
      return 0;
    }
    String text = parts.group(2) == null ? "" : parts.group(2);
    Map<String, String> shown =
        LABEL
            .matcher(text)
            .results()
            .collect(Collectors.toMap(m -> m.group(1), m -> m.group(2), (a, b) -> a));
    // A gauge may leave the address family out, but no other label.
    boolean same =
        labels.entrySet().stream()
            .allMatch(
                l ->
                    l.getValue().equals(shown.get(l.getKey()))
                        || (l.getKey().equals("ip_family") && !shown.containsKey("ip_family")));
    return same ? Double.parseDouble(parts.group(3)) : 0;
  }
}
