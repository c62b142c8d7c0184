// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.Caller;
import dev.ferrule.lab.LabPod;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody else does to our tables while the daemon runs does not last. */
@Tag("kernel")
class RepairTest {

  private static final String WEB = "10.96.1.1";

  private static final String FOREIGN =
      """
      table inet other {
        set clients { type ipv4_addr; elements = { 192.0.2.1 }; }
        chain c { type filter hook forward priority 5; ip saddr @clients counter drop; }
      }
      table ip nat {
        chain p { type nat hook prerouting priority -90; tcp dport 4711 redirect to :80; }
      }
      """;

  @TempDir private static Path work;

  private static Cluster cluster;
  private static Daemon daemon;
  private static final List<LabPod> PODS = new ArrayList<>();

  @BeforeAll
  static void create() {
    cluster = new Cluster(work);
    for (int i = 1; i <= 2; i++) {
      PODS.add(cluster.pod("web-" + i));
    }
    cluster.put("web.yaml", Texts.service("web", WEB, "sessionAffinity: ClientIP"));
    cluster.put("api.yaml", Texts.service("api", "10.96.1.2"));
    cluster.put("api-slices.yaml", Texts.slices("api", PODS));
    cluster.put("web-slices.yaml", Texts.slices("web", PODS));
    daemon = cluster.daemon().awaitInStep();
    assertThat(cluster.nft(FOREIGN).said()).isEmpty();
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "delete table ip ferrule",
        "delete table ip6 ferrule; delete table ip ferrule",
        "flush table ip ferrule",
        "flush chain ip ferrule dispatch",
        "flush map ip ferrule endpoints",
        "flush table ip ferrule; flush map ip ferrule services; delete map ip ferrule services",
        "flush map ip ferrule services",
        "flush set ip ferrule masq_non_pods",
        "flush table ip ferrule; delete set ip ferrule masq_all",
        "delete element ip ferrule endpoints { 10.96.1.2 . tcp . 80 . 1 }",
        "add element ip ferrule no_endpoints { 10.96.1.1 . tcp . 80 }",
        "add chain ip ferrule intruder",
        "insert rule ip ferrule dispatch ip saddr 192.168.0.2 drop"
      })
  void damageIsMendedWithTheNextChange(String damage) throws Exception {
    String before = foreign();
    long told = told();
    assertThat(cluster.nft(script(damage)).said()).isEmpty();
    assertThat(foreign()).isEqualTo(before);
    // A change of another Service, which by itself would succeed beside most of the damage.
    cluster.put("new.yaml", Texts.service("new-" + System.nanoTime() % 1000, "10.96.1.3"));
    cluster.awaitInStep();
    cluster.assertWhole();
    assertThat(foreign()).isEqualTo(before);
    assertThat(told()).isEqualTo(told + 1);
    try (Caller caller = Caller.in(cluster.host())) {
      assertThat(caller.get(WEB, 80).server()).startsWith("web-");
    }
  }

  @Test
  void itNoticesWithoutAnyChange() {
    assertThat(cluster.nft("flush ruleset").said()).isEmpty();
    cluster.awaitInStep();
    cluster.assertWhole();
    assertThat(cluster.nft(FOREIGN).said()).isEmpty();
  }

  @Test
  void whatOthersDoToTheirOwnTablesIsNoneOfItsBusiness() {
    cluster.awaitInStep();
    long lines = daemon.errors().lines().count();
    for (int i = 0; i < 5; i++) {
      assertThat(cluster.nft("add element inet other clients { 192.0.2." + (10 + i) + " }").said())
          .isEmpty();
    }
    int generation = cluster.generation();
    cluster.put("quiet.yaml", Texts.service("quiet", "10.96.1.4"));
    cluster.awaitInStep();
    assertThat(cluster.generation()).isEqualTo(generation + 1);
    assertThat(daemon.errors().lines().skip(lines))
        .noneMatch(line -> line.contains("changed our rules"));
  }

  /** It says that it looked and found damage, or that the kernel refused a change because of it. */
  private static long told() {
    return daemon.told("changed our rules") + daemon.told("commit failed");
  }

  private static String script(String damage) {
    return damage.replace("; ", "\n") + "\n";
  }

  private static String foreign() {
    return cluster.list("list", "table", "inet", "other")
        + cluster.list("list", "table", "ip", "nat");
  }
}
