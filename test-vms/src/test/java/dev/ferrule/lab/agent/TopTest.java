// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ferrule.lab.Caller;
import dev.ferrule.lab.Command;
import dev.ferrule.lab.LabPod;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ferrule top} against an agent that counts real connections. */
@Tag("kernel")
class TopTest {

  private static final String WEB = "10.96.1.1";
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir private static Path work;

  private static Cluster cluster;
  private static Caller caller;
  private final List<Daemon> started = new ArrayList<>();

  @BeforeAll
  static void create() {
    cluster = new Cluster(work);
    caller = Caller.in(cluster.host(), Duration.ofSeconds(2));
    LabPod one = cluster.pod("web-1");
    LabPod other = cluster.pod("web-2");
    cluster.put("web.yaml", Texts.service("web", WEB));
    cluster.put("slices.yaml", Texts.slices("web", List.of(one, other)));
  }

  @AfterEach
  void stop() {
    started.stream().filter(Daemon::isAlive).forEach(Daemon::kill);
  }

  @AfterAll
  static void close() {
    caller.close();
    cluster.close();
  }

  @Test
  void everyConnectionIsInOneOfTheTablesAndARestartOfTheAgentIsWaitedFor() throws IOException {
    Daemon agent = agent("endpoints");
    Daemon top = top("--interval", "1", "--output", "json");
    Wait.until(Wait.PATIENCE, () -> !tables(top).isEmpty());
    JsonNode idle = tables(top).get(0);
    assertThat(idle.path("newPerSecond").asDouble()).isZero();
    assertThat(idle.path("servicePorts").asInt()).isEqualTo(2);
    assertThat(idle.path("services").path(0).path("name").asText()).isEqualTo("web");

    caller.spread(WEB, 80, 100);
    Wait.untilEqual(100L, () -> connections(top));
    JsonNode busy =
        tables(top).stream()
            .filter(table -> table.path("newPerSecond").asDouble() > 0)
            .findFirst()
            .orElseThrow();
    JsonNode web = busy.path("services").path(0);
    assertThat(web.path("name").asText()).isEqualTo("web");
    double shares = 0;
    for (JsonNode endpoint : web.path("endpoints")) {
      shares += endpoint.path("share").asDouble();
    }
    assertThat(shares).isBetween(0.99, 1.01);

    agent.kill();
    top.awaitError("trying again until it answers");
    int before = tables(top).size();
    agent("endpoints");
    Wait.until(Wait.PATIENCE, () -> tables(top).size() > before);
    assertThat(connections(top)).as("the next agent counts from its start").isEqualTo(100);
  }

  @Test
  void aTerminalIsDrawnAnewAndAPipeGetsTableAfterTable() {
    agent("services");
    String command = String.join(" ", words("--interval", "1", "--count", "2"));
    Command.Result drawn =
        cluster.host().exec("script", "-qec", "stty rows 6 cols 30; exec " + command, "/dev/null");
    assertThat(drawn.output())
        .contains("NAMESPACE", "\u001b[4A\r\u001b[J")
        .as("cut off at the edge")
        .doesNotContain("SHARES");
    Command.Result piped =
        cluster.host().exec(words("--interval", "1", "--count", "2").toArray(String[]::new));
    assertThat(piped.exit()).isZero();
    assertThat(piped.output().lines().filter(line -> line.startsWith("NAMESPACE"))).hasSize(2);
    assertThat(piped.output()).doesNotContain("\u001b").contains("default", "web", "udp");
    Command.Result other = once("--namespace", "elsewhere");
    assertThat(other.output()).contains(" 0 Service ports").doesNotContain("web");
    assertThat(once("--endpoints").errors()).contains("set ferrule.counters to endpoints");
  }

  @Test
  void withoutCountersTheWayOutIsSaid() {
    agent("off");
    Command.Result refused = once();
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.errors()).contains("set ferrule.counters to services or endpoints");
    assertThat(once("--interval", "0").errors()).contains("--interval: write 1 to 60");
    started.get(0).kill();
    assertThat(once().errors()).contains("no agent is running here");
  }

  private Daemon agent(String counters) {
    Daemon agent = cluster.daemon("--counters", counters).awaitInStep();
    started.add(agent);
    return agent;
  }

  private Daemon top(String... flags) {
    Daemon top = Daemon.start(cluster.host(), words(flags), work);
    started.add(top);
    return top;
  }

  private static Command.Result once(String... flags) {
    List<String> all = new ArrayList<>(List.of("--count", "1"));
    all.addAll(List.of(flags));
    return cluster.host().exec(words(all.toArray(String[]::new)).toArray(String[]::new));
  }

  private static List<String> words(String... flags) {
    List<String> words = new ArrayList<>(List.of(cluster.commandLine("run").get(0), "top"));
    words.addAll(List.of(flags));
    words.addAll(List.of("--control-socket", cluster.socket().toString()));
    return words;
  }

  private static long connections(Daemon top) {
    double sum = 0;
    for (JsonNode table : tables(top)) {
      sum += table.path("newPerSecond").asDouble() * table.path("intervalSeconds").asDouble();
    }
    return Math.round(sum);
  }

  private static List<JsonNode> tables(Daemon top) {
    String output = top.output();
    return output.substring(0, output.lastIndexOf('\n') + 1).lines().map(TopTest::json).toList();
  }

  private static JsonNode json(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new AssertionError(line, e);
    }
  }
}
