// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.LabPod;
import dev.ferrule.lab.SteadyTraffic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another program that changes our rules is noticed by itself, named, and damped if it insists. */
@Tag("kernel")
class DriftTest {

  private static final String WEB = ServiceTraffic.IPV4;
  private static final String CHANGED = "changed our rules";
  private static final Pattern AFTER = Pattern.compile("put right after ([0-9.]+) ms");

  @TempDir private Path work;

  private Cluster cluster;
  private final List<LabPod> pods = new ArrayList<>();

  @BeforeEach
  void create() {
    cluster = new Cluster(work);
    for (int i = 1; i <= 2; i++) {
      pods.add(cluster.pod("web-" + i));
    }
    ServiceTraffic.serve(cluster, pods);
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void eachKindOfDamageIsPutRightAndToldWithItsAuthor() {
    Daemon daemon = cluster.daemon().awaitInStep();
    repaired(daemon, "delete table ip ferrule", "table ip ferrule missing");
    repaired(daemon, "insert rule ip ferrule dispatch drop", "rules of chain dispatch changed");
    repaired(daemon, "flush chain ip ferrule dispatch", "rules of chain dispatch changed");
    repaired(daemon, "add chain ip ferrule intruder", "chain intruder added");
    repaired(
        daemon,
        "delete element ip ferrule endpoints { " + WEB + " . tcp . 80 . 1 }",
        "endpoints with 1 element missing");
    repaired(
        daemon,
        "add element ip ferrule no_endpoints { " + WEB + " . tcp . 80 }",
        "no_endpoints with 1 element added");
    assertThat(daemon.errors()).doesNotContain("commit failed");
  }

  private void repaired(Daemon daemon, String damage, String what) {
    long told = daemon.told(CHANGED);
    assertThat(cluster.nft(damage).said()).isEmpty();
    assertThat(Wait.until(Wait.PATIENCE, () -> daemon.told(CHANGED) == told + 1)).isTrue();
    cluster.awaitInStep();
    String line = daemon.errors().lines().filter(l -> l.contains(CHANGED)).reduce("", (a, b) -> b);
    assertThat(line).startsWith("nft (process ").contains(what);
  }

  /** As firewalld does when it is told to reload. */
  @Test
  void aFlushedRulesetIsWrittenAnew() {
    Daemon daemon = cluster.daemon().awaitInStep();
    for (int i = 1; i <= 15; i++) {
      long before = daemon.told(CHANGED);
      assertThat(cluster.nft("flush ruleset").said()).isEmpty();
      assertThat(Wait.until(Wait.PATIENCE, () -> daemon.told(CHANGED) == before + 1)).isTrue();
      cluster.assertWhole();
    }
    double[] millis = repairTimes(daemon);
    System.out.printf(
        Locale.ROOT,
        "put right after: median %.1f ms, at most %.1f ms%n",
        millis[millis.length / 2],
        millis[millis.length - 1]);
    assertThat(millis).hasSize(15);
    assertThat(millis[14]).isLessThan(5000);
  }

  /**
   * Without rules a packet to a ClusterIP goes astray and its sender tries again; one to a NodePort
   * the node itself refuses, whoever is how fast. Without any table the kernel does not translate
   * connections that are made either, so that one of them may break in the gap.
   */
  @Test
  void whoConnectsToAClusterIpWithoutRulesGetsThroughAsSoonAsTheyAreBack() {
    cluster.daemon().awaitInStep();
    ServiceTraffic traffic = ServiceTraffic.startInside(pods.get(0));
    for (int i = 1; i <= 15; i++) {
      assertThat(cluster.nft("flush ruleset").said()).isEmpty();
      Wait.pause(Duration.ofSeconds(2)); // more often would be a fight
    }
    SteadyTraffic.Tally tally = traffic.stop("15 flushes");
    assertThat(tally.failed().keySet()).noneMatch(failure -> failure.contains("refused"));
    assertThat(tally.connections()).isGreaterThan(1000);
    assertThat(tally.failures()).isLessThan(tally.connections() / 100);
  }

  private static double[] repairTimes(Daemon daemon) {
    Matcher times = AFTER.matcher(daemon.errors());
    return times.results().mapToDouble(t -> Double.parseDouble(t.group(1))).sorted().toArray();
  }

  @Test
  void aProgramThatInsistsIsNamedAndDamped() {
    Daemon daemon = cluster.daemon().awaitInStep();
    for (int i = 0; i < 60; i++) {
      cluster.nft("flush ruleset");
      Wait.pause(Duration.ofMillis(20));
    }
    daemon.awaitError("fights with us");
    cluster.awaitInStep();
    assertThat(daemon.told("fights with us")).isEqualTo(1);
    assertThat(daemon.told(CHANGED)).isLessThanOrEqualTo(20);
    assertThat(daemon.errors()).containsPattern("nft \\(process \\d+\\) fights with us");
    cluster.put("new.yaml", Texts.service("new", "10.96.1.3"));
    cluster.awaitInStep();
  }

  @Test
  void aThousandCommitsToOtherTablesAreNotOurs() {
    Daemon daemon = cluster.daemon().awaitInStep();
    assertThat(cluster.nft("table inet other { set s { type ipv4_addr; }; }").said()).isEmpty();
    long lines = daemon.errors().lines().count();
    StringBuilder each = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      each.append("add element inet other s { 192.0.").append(i / 250).append('.');
      each.append(i % 250).append(" }\n");
    }
    each.toString().lines().limit(20).forEach(one -> assertThat(cluster.nft(one).said()).isEmpty());
    assertThat(cluster.nft(each.toString()).said()).isEmpty();
    int generation = cluster.generation();
    cluster.put("quiet.yaml", Texts.service("quiet", "10.96.1.4"));
    cluster.awaitInStep();
    assertThat(cluster.generation()).isEqualTo(generation + 1);
    assertThat(daemon.errors().lines().skip(lines)).noneMatch(line -> line.contains(CHANGED));
  }

  @Test
  void tablesWithAnOwnerCannotBeChangedByOthers() {
    assertThat(cluster.ferrule("apply").exit()).isZero(); // a table that is everybody's
    Daemon daemon = cluster.daemon("--table-owner").awaitInStep();
    assertThat(cluster.list("list", "table", "ip", "ferrule")).contains("owner");
    ServiceTraffic traffic = ServiceTraffic.start(cluster, pods.get(0));
    for (int i = 1; i <= 50; i++) {
      assertThat(cluster.nft("flush ruleset").said()).isEmpty();
      Wait.pause(Duration.ofMillis(100));
    }
    traffic.stopAndExpectNoFailure("50 flushes that spare a table with an owner", pods.size());
    assertThat(cluster.nft("delete table ip ferrule").said()).contains("not permitted");
    cluster.assertWhole();
    cluster.put("new.yaml", Texts.service("new", "10.96.1.3"));
    cluster.awaitInStep();
    assertThat(daemon.errors()).doesNotContain(CHANGED).doesNotContain("has no effect");
    assertThat(cluster.ferrule("plan").exit()).isZero();
    assertThat(cleanup()).contains("belongs to a running program");
    daemon.kill();
    cluster.awaitInStep(); // it outlives its owner
    int generation = cluster.generation();
    Daemon next = cluster.daemon("--table-owner").awaitInStep();
    assertThat(next.errors()).doesNotContain("committed");
    assertThat(cluster.generation()).isLessThanOrEqualTo(generation + 2);
    assertThat(cluster.list("list", "table", "ip", "ferrule")).contains("owner");
    next.terminate();
    Daemon withoutOwner = cluster.daemon().awaitInStep();
    assertThat(cluster.nft("delete table ip ferrule").said()).isEmpty();
    withoutOwner.awaitError(CHANGED);
    cluster.awaitInStep();
    withoutOwner.terminate();
    assertThat(cleanup()).doesNotContain("could not");
  }

  private String cleanup() {
    return cluster.host().exec(cluster.commandLine("cleanup").get(0), "cleanup").said();
  }

  @Test
  void flushedChainsOfIptablesComeBack() {
    for (String variant : List.of("nft", "legacy")) {
      try (Daemon daemon =
          cluster.daemon("--proxy-mode", "iptables", "--iptables-variant", variant)) {
        daemon.awaitInStep();
        String before = rules(variant);
        assertThat(cluster.host().exec("iptables-" + variant, "-t", "nat", "-F").said()).isEmpty();
        daemon.awaitError(CHANGED);
        Wait.untilEqual(before, () -> rules(variant));
        String author = variant.equals("nft") ? "iptables" : "somebody";
        assertThat(daemon.errors().lines().filter(line -> line.contains(CHANGED)))
            .allMatch(line -> line.startsWith(author), author);
        System.out.println("iptables-" + variant + ": " + Arrays.toString(repairTimes(daemon)));
      }
    }
  }

  private String rules(String variant) {
    return cluster
        .host()
        .exec("iptables-" + variant + "-save", "-t", "nat")
        .output()
        .lines()
        .filter(line -> !line.startsWith("#") && !line.startsWith(":"))
        .sorted()
        .reduce("", (a, b) -> a + b + "\n");
  }
}
