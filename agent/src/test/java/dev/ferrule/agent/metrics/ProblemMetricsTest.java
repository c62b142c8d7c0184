// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.agent.objects.Problem;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProblemMetricsTest {

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final ProblemMetrics problems = new ProblemMetrics(registry);

  private String page() {
    return new MetricsPages(registry, "nftables").page("/metrics").body();
  }

  private static Problem problem(String object, String field) {
    return Problem.skipped("a.yaml", object, field, "is wrong");
  }

  private static String line(String kind, String field, int count) {
    return "ferrule_problems{field=\"%s\",kind=\"%s\",severity=\"skipped\"} %d.0\n"
        .formatted(field, kind, count);
  }

  @Test
  void problemsAreCountedByFieldAndAreZeroOnceTheyAreOver() {
    problems.problems(
        List.of(
            problem("Service default/a", "spec.ports[0].nodePort"),
            problem("Service default/b", "spec.ports[3].nodePort"),
            problem("", "")));
    assertThat(page()).contains(line("Service", "spec.ports.nodePort", 2), line("File", "", 1));
    problems.problems(List.of());
    assertThat(page()).contains(line("Service", "spec.ports.nodePort", 0), line("File", "", 0));
  }

  @Test
  void moreFieldsThanCanBeShownAreCountedTogether() {
    List<Problem> all =
        IntStream.range(0, 60).mapToObj(i -> problem("Service default/a", "field" + i)).toList();
    problems.problems(all);
    problems.problems(all);
    assertThat(page()).contains(line("Service", "field49", 1), line("other", "other", 10));
    assertThat(page()).doesNotContain("field50");
    problems.problems(List.of());
    assertThat(page()).contains(line("other", "other", 0));
  }
}
