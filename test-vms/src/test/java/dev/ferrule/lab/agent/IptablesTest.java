// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.Caller;
import dev.ferrule.lab.Command;
import dev.ferrule.lab.LabPod;
import dev.ferrule.lab.SteadyTraffic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The daemon in mode iptables, with either variant: what damages its rules, and how they balance.
 */
@Tag("kernel")
class IptablesTest {

  private static final String WEB = "10.96.1.1";
  private static final int ENDPOINTS = 7;

  @TempDir private Path work;

  private Cluster cluster;
  private final List<LabPod> pods = new ArrayList<>();

  @BeforeEach
  void create() {
    cluster = new Cluster(work);
    for (int i = 1; i <= ENDPOINTS; i++) {
      pods.add(cluster.pod("web-" + i));
    }
    cluster.put("web.yaml", Texts.service("web", WEB));
    cluster.put("web-slices.yaml", Texts.slices("web", pods));
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nft | -t nat -D PREROUTING -m comment --comment ferrule -j FERRULE-SERVICES",
        "nft | -t nat -I FERRULE-SERVICES 1 -s 192.0.2.1 -j RETURN",
        "nft | -t nat -F",
        "nft | -t filter -A FERRULE-REFUSED -j DROP",
        "legacy | -t nat -D PREROUTING -m comment --comment ferrule -j FERRULE-SERVICES",
        "legacy | -t nat -I FERRULE-SERVICES 1 -s 192.0.2.1 -j RETURN",
        "legacy | -t nat -F",
        "legacy | -t filter -A FERRULE-REFUSED -j DROP"
      })
  void damageIsMendedAndToldAndOthersRulesStay(String variant, String damage) throws IOException {
    Daemon daemon = daemon(variant).awaitInStep();
    iptables(variant, "-t raw -N BYSTANDER");
    iptables(variant, "-t raw -A PREROUTING -s 192.0.2.7/32 -j BYSTANDER");
    String bystander = iptables(variant, "-t raw -S");
    iptables(variant, damage);
    daemon.awaitError("changed our rules");
    Wait.until(Wait.PATIENCE, () -> isInStep(variant));
    assertThat(daemon.told("changed our rules")).isEqualTo(1);
    assertThat(iptables(variant, "-t raw -S")).isEqualTo(bystander);
    try (Caller caller = Caller.in(cluster.host())) {
      assertThat(caller.get(WEB, 80).server()).startsWith("web-");
    }
  }

  @Test
  void whoHoldsTheLockIsNamedAndWaitedFor() throws Exception {
    Daemon daemon = daemon("legacy", "--iptables-sync-period", "1s").awaitInStep();
    List<Process> holders = List.of(holdLock(6), holdLock(4));
    cluster.put("late.yaml", Texts.service("late", "10.96.1.9"));
    daemon.awaitError("xtables lock");
    for (Process holder : holders) {
      assertThat(holder.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
    Wait.until(Duration.ofSeconds(30), () -> isInStep("legacy"));
    assertThat(cluster.host().exec("iptables-legacy-save").said()).contains("default/late");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nft", "legacy"})
  void killedAtAnyInstantItLeavesWholeRulesAndNoConnectionFails(String variant) throws Exception {
    Random random = new Random(7);
    daemon(variant).awaitInStep().kill();
    SteadyTraffic fromNode = traffic(Caller.in(cluster.host()));
    SteadyTraffic fromOutside = traffic(Caller.in(cluster.outside()));
    for (int round = 0; round < 6; round++) {
      Daemon daemon = daemon(variant).awaitInStep();
      for (int change = 0; change < 8; change++) {
        int first = random.nextInt(ENDPOINTS);
        cluster.put("web-slices.yaml", Texts.slices("web", pods.subList(first, ENDPOINTS)));
        cluster.put("n" + change + ".yaml", Texts.service("n" + change, "10.96.2." + change));
        Wait.pause(Duration.ofMillis(random.nextInt(20)));
      }
      daemon.kill();
    }
    assertThat(fromNode.stop().failed()).isEmpty();
    assertThat(fromOutside.stop().failed()).isEmpty();
    daemon(variant).awaitInStep();
    assertThat(isInStep(variant)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nft", "legacy"})
  void threeThousandConnectionsAreSpreadEvenly(String variant) throws IOException {
    daemon(variant).awaitInStep();
    int connections = 3000;
    Map<String, Integer> counts;
    try (Caller caller = Caller.in(cluster.host())) {
      counts = caller.spread(WEB, 80, connections);
    }
    double expected = (double) connections / ENDPOINTS;
    double chiSquare =
        counts.values().stream().mapToDouble(n -> (n - expected) * (n - expected) / expected).sum();
    System.out.printf("iptables-%s: %s, chi-square %.2f%n", variant, counts, chiSquare);
    assertThat(counts).hasSize(ENDPOINTS);
    // With 6 degrees of freedom an even choice exceeds this once in a million runs.
    assertThat(chiSquare).isLessThan(38.3);
  }

  @Test
  void anotherVariantOrModeTakesOverAndLeavesNothingOfTheFirst() {
    for (String variant : List.of("nft", "legacy", "nft")) {
      daemon(variant).awaitInStep().terminate();
      String other = variant.equals("nft") ? "legacy" : "nft";
      assertThat(cluster.host().exec("iptables-" + variant + "-save").said()).contains("FERRULE");
      assertThat(cluster.host().exec("iptables-" + other + "-save").said())
          .doesNotContain("FERRULE");
    }
    cluster.daemon().awaitInStep().terminate();
    assertThat(cluster.host().exec("iptables-nft-save").said()).doesNotContain("FERRULE");
    assertThat(cluster.host().exec("ip6tables-nft-save").said()).doesNotContain("FERRULE");
    daemon("legacy").awaitInStep().terminate();
    assertThat(cluster.list("list", "tables")).doesNotContain("ferrule");
    String ferrule = cluster.commandLine("cleanup").get(0);
    assertThat(cluster.host().exec(ferrule, "cleanup").output())
        .contains("chains of iptables-legacy");
    assertThat(cluster.host().exec("iptables-legacy-save").said()).doesNotContain("FERRULE");
    assertThat(cluster.host().exec("ip6tables-legacy-save").said()).doesNotContain("FERRULE");
  }

  private static SteadyTraffic traffic(Caller caller) {
    return SteadyTraffic.start(caller, WEB, 80, Duration.ofMillis(2));
  }

  private Daemon daemon(String variant, String... words) {
    List<String> all = new ArrayList<>(mode(variant));
    all.addAll(List.of(words));
    return cluster.daemon(all.toArray(String[]::new));
  }

  private static List<String> mode(String variant) {
    return List.of("--proxy-mode", "iptables", "--iptables-variant", variant);
  }

  private boolean isInStep(String variant) {
    return cluster.ferrule("plan", mode(variant).toArray(String[]::new)).exit() == 0;
  }

  private String iptables(String variant, String words) {
    List<String> command = new ArrayList<>(List.of("iptables-" + variant, "-w", "5"));
    command.addAll(List.of(words.split(" ")));
    Command.Result result = cluster.host().exec(command.toArray(String[]::new));
    assertThat(result.exit()).as(result.said()).isZero();
    return result.output();
  }

  private Process holdLock(int seconds) throws IOException {
    return new ProcessBuilder(
            cluster.host().command(List.of("flock", "/run/xtables.lock", "sleep", "" + seconds)))
        .start();
  }
}
