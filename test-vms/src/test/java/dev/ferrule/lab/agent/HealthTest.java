// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.Caller;
import dev.ferrule.lab.Command;
import dev.ferrule.lab.LabPod;
import dev.ferrule.lab.SteadyTraffic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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

/** What a running agent tells load balancers and probes over HTTP. */
@Tag("kernel")
class HealthTest {

  private static final String WEB = "10.96.1.1";
  private static final int CHECK = 32010;
  private static final int HEALTHZ = 10256;
  private static final int METRICS = 10249;

  @TempDir private static Path work;

  private static Cluster cluster;
  private static Caller caller;
  private static final List<LabPod> PODS = new ArrayList<>();

  @BeforeAll
  static void create() {
    cluster = new Cluster(work);
    caller = Caller.in(cluster.host());
    for (int i = 1; i <= 2; i++) {
      PODS.add(cluster.pod("web-" + i));
    }
  }

  @AfterEach
  void forgetManifests() {
    List.of("node.yaml", "web.yaml", "web-slices.yaml").forEach(cluster::remove);
  }

  @AfterAll
  static void close() {
    caller.close();
    cluster.close();
  }

  @Test
  void healthzFollowsTheNodeObjectAndLivezDoesNot() throws IOException {
    try (Daemon daemon = cluster.daemon().awaitInStep()) {
      assertThat(status(HEALTHZ, "/healthz")).isEqualTo(200);
      cluster.put("node.yaml", node("", "taints: [{key: ToBeDeletedByClusterAutoscaler}]"));
      Wait.untilEqual(503, () -> status(HEALTHZ, "/healthz"));
      assertThat(page(HEALTHZ, "/healthz").body()).contains("\"nodeEligible\": false");
      assertThat(status(HEALTHZ, "/livez")).isEqualTo(200);
      cluster.put("node.yaml", node("", "taints: [{key: other, effect: NoSchedule}]"));
      Wait.untilEqual(200, () -> status(HEALTHZ, "/healthz"));
      cluster.put("node.yaml", node(", deletionTimestamp: '2026-01-31T12:00:00Z'", ""));
      Wait.untilEqual(503, () -> status(HEALTHZ, "/healthz"));
      cluster.remove("node.yaml");
      Wait.untilEqual(200, () -> status(HEALTHZ, "/healthz"));
      try (Caller outside = Caller.in(cluster.outside())) {
        assertThat(outside.page(cluster.node().ipv4(), HEALTHZ, "/livez").status()).isEqualTo(200);
        assertThat(outside.page(cluster.node().ipv6(), HEALTHZ, "/livez").status()).isEqualTo(200);
      }
      assertThat(page(METRICS, "/metrics").body())
          .contains("kubeproxy_proxy_healthz_total{code=\"503\"} ")
          .contains("kubeproxy_proxy_livez_total{code=\"200\"} ");
      assertThat(page(METRICS, "/proxyMode").body()).isEqualTo("nftables");
      assertThat(daemon.told("could not listen")).isZero();
    }
  }

  @Test
  void whileOnlyTerminatingEndpointsServeTheHealthCheckSaysNo() throws IOException {
    putChecked("");
    try (Daemon daemon = cluster.daemon().awaitInStep();
        Caller outside = Caller.in(cluster.outside())) {
      assertThat(page(CHECK, "/").status()).isEqualTo(200);
      assertThat(outside.page(cluster.node().ipv6(), CHECK, "/").status()).isEqualTo(200);
      SteadyTraffic traffic =
          SteadyTraffic.start(Caller.in(cluster.host()), WEB, 80, Duration.ofMillis(5));
      putChecked("conditions: {ready: false, serving: true, terminating: true},");
      Wait.untilEqual(503, () -> status(CHECK, "/"));
      assertThat(page(CHECK, "/").body())
          .contains("\"localEndpoints\": 0", "\"serviceProxyHealthy\": true");
      Wait.pause(Duration.ofMillis(200));
      SteadyTraffic.Tally tally = traffic.stop();
      assertThat(tally.failed()).isEmpty();
      assertThat(tally.connections()).isPositive();
      cluster.remove("web.yaml");
      Wait.untilEqual(0, () -> status(CHECK, "/"));
      assertThat(daemon.isAlive()).isTrue();
    }
  }

  @Test
  void whereRangesChooseNodePortAddressesHealthChecksListenOnThoseOnly() throws IOException {
    putChecked("");
    String more = "192.168.0.78";
    try (Daemon daemon =
            cluster.daemon("--nodeport-addresses", "192.168.0.64/26,fd00::/8").awaitInStep();
        Caller outside = Caller.in(cluster.outside(), Duration.ofSeconds(1))) {
      assertThat(status(CHECK, "/")).as("loopback").isEqualTo(200);
      assertThat(outside.page(cluster.node().ipv6(), CHECK, "/").status()).isEqualTo(200);
      assertThat(status(outside, cluster.node().ipv4())).isZero();
      assertThat(status(outside, more)).isZero();
      cluster.host().ip(List.of("addr add " + more + "/24 dev eth0"));
      Wait.untilEqual(200, () -> status(outside, more));
      cluster.host().ip(List.of("addr del " + more + "/24 dev eth0"));
      Wait.untilEqual(
          false, () -> cluster.host().exec("ss", "-Hltn").said().contains(more + "]:" + CHECK));
      assertThat(daemon.told("could not listen")).isZero();
    } finally {
      cluster.host().ip(List.of("addr flush dev eth0 to " + more));
    }
  }

  @Test
  void commitsThatFailAreUnhealthyAfterTwoPeriodsUntilOneSucceeds() throws Exception {
    putChecked("");
    try (Daemon daemon = cluster.daemon("--nftables.syncPeriod", "1s").awaitInStep()) {
      assertThat(status(CHECK, "/")).isEqualTo(200);
      // A table with an owner may not be changed by others for as long as the owner lives.
      Process owner =
          new ProcessBuilder(cluster.host().command(List.of("nft", "-i")))
              .redirectErrorStream(true)
              .redirectOutput(work.resolve("owner.log").toFile())
              .start();
      try {
        owner
            .getOutputStream()
            .write(
                "delete table ip ferrule; add table ip ferrule { flags owner; }\n"
                    .getBytes(StandardCharsets.US_ASCII));
        owner.getOutputStream().flush();
        daemon.awaitError("could not write the tables");
        assertThat(status(HEALTHZ, "/livez")).as("not late yet").isEqualTo(200);
        Wait.untilEqual(503, () -> status(HEALTHZ, "/livez"));
        assertThat(page(HEALTHZ, "/healthz").body()).contains("\"nodeEligible\": true");
        assertThat(page(CHECK, "/").body())
            .contains("\"localEndpoints\": 2", "\"serviceProxyHealthy\": false");
        assertThat(status(CHECK, "/")).isEqualTo(503);
        assertThat(page(METRICS, "/metrics").body())
            .contains(
                "kubeproxy_sync_proxy_rules_nftables_sync_failures_total{ip_family=\"IPv4\"}");
      } finally {
        owner.destroy();
        owner.waitFor();
      }
      Wait.untilEqual(200, () -> status(HEALTHZ, "/healthz"));
      assertThat(status(CHECK, "/")).isEqualTo(200);
    }
  }

  @Test
  void aSecondAgentOnTheHostSaysThatThePortsAreTakenAndForwardsAllTheSame() {
    Daemon first = cluster.daemon().awaitInStep();
    try (Daemon second = cluster.daemon().awaitInStep()) {
      assertThat(second.told("could not listen on 0.0.0.0:10256 for /healthz, /livez and /readyz"))
          .isEqualTo(1);
      assertThat(second.told("could not listen on 127.0.0.1:10249 for /metrics")).isEqualTo(1);
      assertThat(second.told("could not listen")).isEqualTo(2);
      Command.Result third = cluster.ferrule("run", "--bind-address-hard-fail");
      assertThat(third.exit()).isEqualTo(1);
      assertThat(third.errors()).contains("could not listen on 0.0.0.0:10256", "or off");
      first.kill();
      second.awaitError("now listening on 0.0.0.0:10256");
      second.awaitError("now listening on 127.0.0.1:10249");
      assertThat(status(HEALTHZ, "/healthz")).isEqualTo(200);
      putChecked("");
      Wait.untilEqual(200, () -> status(CHECK, "/"));
    }
  }

  private static void putChecked(String conditions) {
    String slice = Texts.slice("web", "IPv4", PODS.stream().map(LabPod::ipv4).toList());
    cluster.put("web-slices.yaml", slice.replace("{addresses:", "{" + conditions + " addresses:"));
    cluster.put(
        "web.yaml",
        Texts.service(
            "web",
            WEB,
            "type: LoadBalancer",
            "externalTrafficPolicy: Local",
            "healthCheckNodePort: " + CHECK));
  }

  private static String node(String metadata, String spec) {
    return """
        apiVersion: v1
        kind: Node
        metadata: {name: node1%s}
        spec: {%s}
        """
        .formatted(metadata, spec);
  }

  private static Caller.Page page(int port, String path) throws IOException {
    return caller.page("127.0.0.1", port, path);
  }

  /** 0 if nobody listens. */
  private static int status(int port, String path) {
    try {
      return page(port, path).status();
    } catch (IOException e) {
      return 0;
    }
  }

  private static int status(Caller from, String address) {
    try {
      return from.page(address, CHECK, "/").status();
    } catch (IOException e) {
      return 0;
    }
  }
}
