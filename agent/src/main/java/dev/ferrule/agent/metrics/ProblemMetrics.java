// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.metrics;

import dev.ferrule.agent.objects.Problem;
import dev.ferrule.agent.sync.SyncObserver;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Counts what of the source is not in force, by where it says so. Told by the sync thread. */
final class ProblemMetrics implements SyncObserver {

  /** Fields may have names that anybody chose; further ones are counted together. */
  private static final int FIELDS = 50;

  private static final Pattern INDEX = Pattern.compile("\\[[^]]*]");

  private final Gauge problems;
  private final Set<List<String>> shown = new LinkedHashSet<>();

  ProblemMetrics(PrometheusRegistry registry) {
    problems =
        Gauge.builder()
            .name("ferrule_problems")
            .help("Objects, or parts of them, that are not in force as they are written.")
            .labelNames("severity", "kind", "field")
            .register(registry);
  }

  @Override
  public void problems(List<Problem> all) {
    Map<List<String>, Integer> counts = new HashMap<>();
    shown.forEach(labels -> counts.put(labels, 0));
    for (Problem problem : all) {
      List<String> labels = labels(problem);
      if (shown.size() < FIELDS) {
        shown.add(labels);
      }
      counts.merge(shown.contains(labels) ? labels : other(problem), 1, Integer::sum);
    }
    counts.forEach(
        (labels, count) -> problems.labelValues(labels.toArray(String[]::new)).set(count));
    counts.keySet().stream().filter(labels -> labels.get(1).equals("other")).forEach(shown::add);
  }

  private static List<String> labels(Problem problem) {
    int end = problem.object().indexOf(' ');
    String kind = end < 0 ? "File" : problem.object().substring(0, end);
    return List.of(severity(problem), kind, INDEX.matcher(problem.field()).replaceAll(""));
  }

  private static List<String> other(Problem problem) {
    return List.of(severity(problem), "other", "other");
  }

  private static String severity(Problem problem) {
    return problem.severity().name().toLowerCase(Locale.ROOT);
  }
}
