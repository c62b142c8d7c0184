// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.kernel.RecentLists;
import dev.ferrule.lab.Caller;
import dev.ferrule.lab.Command;
import dev.ferrule.lab.LabPod;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The daemon, or apply, comes back in another mode: nobody notices, and nothing is left behind. */
@Tag("kernel")
class ModeSwitchTest {

  /** Every mode after every other. */
  private static final List<Mode> ROUND =
      List.of(
          Mode.IPTABLES_NFT,
          Mode.NFTABLES,
          Mode.IPTABLES_LEGACY,
          Mode.NFTABLES,
          Mode.IPTABLES_NFT,
          Mode.IPTABLES_LEGACY,
          Mode.IPTABLES_NFT,
          Mode.NFTABLES,
          Mode.IPTABLES_LEGACY,
          Mode.NFTABLES);

  private static final int PODS = 4;
  private static final String STICKY = "10.96.4.2";
  private static final String STICKY_IPV6 = "fd00:10:96::402";

  @TempDir private Path work;

  private Cluster cluster;
  private final List<LabPod> pods = new ArrayList<>();

  @BeforeEach
  void create() {
    cluster = new Cluster(work);
    for (int i = 1; i <= PODS; i++) {
      pods.add(cluster.pod("web-" + i));
    }
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void noConnectionFailsWhenTheDaemonComesBackInAnotherMode() {
    LabPod client = cluster.pod("client");
    ServiceTraffic.serve(cluster, pods);
    Daemon daemon = cluster.daemon(Mode.NFTABLES.flags()).awaitInStep();
    ServiceTraffic traffic = ServiceTraffic.start(cluster, client);
    for (Mode mode : ROUND) {
      daemon.terminate();
      daemon = cluster.daemon(mode.flags()).awaitInStep();
      assertOnly(mode);
    }
    Wait.pause(Duration.ofMillis(300));
    traffic.stopAndExpectNoFailure("mode switched " + ROUND.size() + " times by run", PODS);
  }

  @Test
  void noConnectionFailsWhenApplyIsRunInAnotherMode() {
    LabPod client = cluster.pod("client");
    ServiceTraffic.serve(cluster, pods);
    apply(Mode.NFTABLES);
    ServiceTraffic traffic = ServiceTraffic.start(cluster, client);
    for (Mode mode : ROUND) {
      apply(mode);
      assertOnly(mode);
    }
    Wait.pause(Duration.ofMillis(300));
    traffic.stopAndExpectNoFailure("mode switched " + ROUND.size() + " times by apply", PODS);
  }

  @Test
  void clientsWithSessionAffinityStayWithTheirPods() throws IOException {
    List<String> clients = new ArrayList<>();
    for (int i = 10; i < 22; i++) {
      clients.add("203.0.113." + i);
      clients.add("2001:db8:113::" + i);
    }
    clients.forEach(cluster::addOutsideAddress);
    cluster.put("sticky-slices.yaml", Texts.slices("sticky", pods));
    cluster.put(
        "sticky.yaml",
        Texts.service(
            "sticky",
            List.of(STICKY, STICKY_IPV6),
            "sessionAffinity: ClientIP",
            "ipFamilyPolicy: RequireDualStack"));
    apply(Mode.NFTABLES);
    try (Caller caller = Caller.in(cluster.outside())) {
      Map<String, String> first = podOfEach(caller, clients);
      assertThat(new HashSet<>(first.values())).hasSizeGreaterThan(1);
      for (Mode mode : ROUND) {
        apply(mode);
        assertThat(podOfEach(caller, clients)).as(mode.toString()).isEqualTo(first);
      }
      // Also those who were not seen since the mode before the last.
      apply(Mode.IPTABLES_NFT);
      apply(Mode.NFTABLES);
      apply(Mode.IPTABLES_LEGACY);
      assertThat(podOfEach(caller, clients)).isEqualTo(first);
    }
  }

  @Test
  void aServiceWithMoreClientsThanModuleRecentRemembersIsNamedOnce() {
    cluster.put("sticky-slices.yaml", Texts.slices("sticky", pods));
    cluster.put("sticky.yaml", Texts.service("sticky", STICKY, "sessionAffinity: ClientIP"));
    apply(Mode.IPTABLES_NFT);
    int limit = RecentLists.limit().orElseThrow();
    Command.Result filled =
        cluster
            .host()
            .exec(
                "sh",
                "-c",
                "for list in /proc/net/xt_recent/FERRULE-SEP-*; do for i in $(seq "
                    + limit
                    + "); do echo +10.99.$((i / 250)).$((i % 250)) > $list; done; done");
    assertThat(filled.exit()).as(filled.said()).isZero();
    Daemon daemon = cluster.daemon(Mode.IPTABLES_NFT.flags()).awaitInStep();
    daemon.awaitError("Service default/sticky:tcp: session affinity remembers " + limit);
    daemon.awaitError("Service default/sticky:udp: session affinity remembers " + limit);
    assertThat(daemon.told("ip_list_tot")).isEqualTo(2);
  }

  /** Lets each client connect some times, always to the same pod, and tells which. */
  private static Map<String, String> podOfEach(Caller caller, List<String> clients)
      throws IOException {
    Map<String, String> pods = new TreeMap<>();
    for (String client : clients) {
      Set<String> seen = new HashSet<>();
      for (int i = 0; i < 3; i++) {
        seen.add(caller.getFrom(client, client.contains(":") ? STICKY_IPV6 : STICKY, 80).server());
      }
      assertThat(seen).as(client).hasSize(1);
      pods.put(client, seen.iterator().next());
    }
    return pods;
  }

  private void apply(Mode mode) {
    Command.Result result = cluster.ferrule("apply", mode.flags());
    assertThat(result.exit()).as(result.said()).isZero();
    assertThat(result.said()).doesNotContain("may be given other endpoints");
  }

  private void assertOnly(Mode mode) {
    assertThat(mode.traces(cluster.host())).isNotEmpty();
    Stream.of(Mode.values())
        .filter(other -> other != mode)
        .forEach(other -> assertThat(other.traces(cluster.host())).as(other.toString()).isEmpty());
  }
}
