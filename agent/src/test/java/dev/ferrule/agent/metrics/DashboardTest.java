// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.Rectangle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The dashboard for Grafana asks for what there is, and Grafana can lay it out. */
class DashboardTest {

  private static final Path FILE = Path.of("../packaging/grafana/ferrule.json");
  private static final Pattern METRIC = Pattern.compile("\\b(kubeproxy|ferrule|process|jvm)_\\w+");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{?(\\w+)");
  private static final Pattern BY = Pattern.compile("\\bby \\(([^)]*)\\)");
  private static final int COLUMNS = 24;

  private JsonNode dashboard;

  @BeforeEach
  void read() throws IOException {
    dashboard = new ObjectMapper().readTree(FILE.toFile());
  }

  private static Stream<JsonNode> stream(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }

  private List<JsonNode> panels() {
    return stream(dashboard.path("panels")).toList();
  }

  private List<String> expressions() {
    return panels().stream()
        .flatMap(panel -> stream(panel.path("targets")))
        .map(target -> target.path("expr").asText())
        .toList();
  }

  private List<String> queries() {
    List<String> queries = new ArrayList<>(expressions());
    stream(dashboard.path("templating").path("list"))
        .map(variable -> variable.path("definition").asText(""))
        .filter(definition -> !definition.isEmpty())
        .forEach(queries::add);
    return queries;
  }

  @Test
  void everyQueryIsAboutMetricsThatThereAre() {
    Set<String> series =
        Registered.all().stream()
            .flatMap(Registered.Metric::series)
            .collect(Collectors.toUnmodifiableSet());
    assertThat(expressions()).hasSizeGreaterThan(20);
    for (String query : queries()) {
      List<String> asked = METRIC.matcher(query).results().map(MatchResult::group).toList();
      assertThat(asked).as(query).isNotEmpty();
      assertThat(series).as(query).containsAll(asked);
    }
  }

  @Test
  void everyQueryGroupsByLabelsThatThereAre() {
    Set<String> labels =
        Registered.all().stream()
            .flatMap(metric -> metric.labels().stream())
            .collect(Collectors.toSet());
    labels.add("le"); // of histograms
    labels.add("instance"); // Prometheus adds it
    for (String query : expressions()) {
      BY.matcher(query)
          .results()
          .flatMap(by -> Stream.of(by.group(1).split(", ")))
          .forEach(label -> assertThat(labels).as(query).contains(label));
    }
  }

  @Test
  void bracketsOfEveryQueryAreClosed() {
    for (String query : queries()) {
      Deque<Character> open = new ArrayDeque<>();
      for (int i = 0; i < query.length(); i++) {
        char c = query.charAt(i);
        switch (c) {
          case '(' -> open.push(')');
          case '[' -> open.push(']');
          case '{' -> open.push('}');
          case ')', ']', '}' -> assertThat(open.poll()).as(query).isEqualTo(c);
          default -> {}
        }
      }
      assertThat(open).as(query).isEmpty();
      assertThat(query.chars().filter(c -> c == '"').count() % 2).as(query).isZero();
    }
  }

  @Test
  void variablesAreTheDataSourceTheInstanceAndThoseOfGrafana() {
    assertThat(stream(dashboard.path("templating").path("list")).map(v -> v.path("name").asText()))
        .containsExactly("datasource", "instance");
    assertThat(
            VARIABLE
                .matcher(dashboard.path("panels").toString())
                .results()
                .map(found -> found.group(1))
                .distinct())
        .containsExactlyInAnyOrder("datasource", "instance", "__rate_interval");
  }

  @Test
  void panelsHaveIdsOfTheirOwnAndDoNotOverlap() {
    assertThat(panels().stream().map(panel -> panel.path("id").asInt()))
        .doesNotContain(0)
        .doesNotHaveDuplicates();
    List<Rectangle> places = new ArrayList<>();
    for (JsonNode panel : panels()) {
      JsonNode at = panel.path("gridPos");
      Rectangle place =
          new Rectangle(
              at.path("x").asInt(),
              at.path("y").asInt(),
              at.path("w").asInt(),
              at.path("h").asInt());
      assertThat(place.width).as(panel.path("title").asText()).isPositive();
      assertThat(place.x + place.width).isLessThanOrEqualTo(COLUMNS);
      assertThat(places).as(panel.path("title").asText()).noneMatch(place::intersects);
      places.add(place);
    }
  }

  @Test
  void everyPanelSaysWhatItShows() {
    assertThat(panels()).allMatch(panel -> !panel.path("title").asText().isEmpty());
    assertThat(dashboard.path("schemaVersion").asInt()).isGreaterThanOrEqualTo(38);
  }
}
