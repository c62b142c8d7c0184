// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The tables of docs/metrics.md say what the registry has; {@code -Dferrule.golden.update=true}
 * writes them anew.
 */
class MetricsTableTest {

  private static final Path PAGE = Path.of("../docs/metrics.md");

  @Test
  void theTablesAreThoseOfTheRegistry() throws IOException {
    String page = Files.readString(PAGE);
    String expected = replaced(page, "kube-proxy", name -> name.startsWith("kubeproxy_"));
    expected = replaced(expected, "ferrule", name -> name.startsWith("ferrule_"));
    expected = replaced(expected, "process", name -> name.startsWith("process_"));
    expected = replaced(expected, "jvm", name -> name.startsWith("jvm_"));

    if (Boolean.getBoolean("ferrule.golden.update")) {
      Files.writeString(PAGE, expected);
    }

    assertThat(Files.readString(PAGE)).isEqualTo(expected);
  }

  @Test
  void everyMetricIsInOneOfThem() {
    assertThat(Registered.all())
        .allMatch(metric -> metric.name().matches("(kubeproxy|ferrule|process|jvm)_.*"));
  }

  private static String replaced(String page, String table, Predicate<String> names) {
    String begin = "<!-- begin " + table + " -->\n";
    String end = "<!-- end " + table + " -->";
    assertThat(page).contains(begin, end);
    List<Registered.Metric> metrics =
        Registered.all().stream().filter(metric -> names.test(metric.name())).toList();
    return page.substring(0, page.indexOf(begin) + begin.length())
        + "| name | type | labels | meaning |\n| --- | --- | --- | --- |\n"
        + metrics.stream().map(MetricsTableTest::row).collect(Collectors.joining())
        + page.substring(page.indexOf(end));
  }

  private static String row(Registered.Metric metric) {
    String labels =
        metric.labels().stream().map(label -> "`" + label + "`").collect(Collectors.joining(", "));
    return "| `%s` | %s | %s | %s |\n"
        .formatted(metric.name(), metric.type(), labels, metric.help().replace("|", "\\|"));
  }
}
