// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.LabPod;
import dev.ferrule.lab.ManifestsInApi;
import dev.ferrule.lab.NamespaceThread;
import dev.ferrule.testapi.ApiServer;
import dev.ferrule.testapi.Options;
import dev.ferrule.testapi.Resource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The API server goes away under traffic. */
@Tag("kernel")
class ApiOutageTest {

  /** How long it is away, in seconds; a minute by hand. */
  private static final int OUTAGE = Integer.getInteger("ferrule.outage", 8);

  private static final int OTHER_SERVICES = 200;

  @TempDir private Path work;

  private Cluster cluster;
  private ApiServer api;
  private ManifestsInApi manifests;
  private Path kubeconfig;
  private LabPod client;
  private final List<LabPod> pods = new ArrayList<>();

  @BeforeEach
  void create() throws Exception {
    cluster = new Cluster(work);
    client = cluster.pod("client");
    for (int i = 0; i < 3; i++) {
      pods.add(cluster.pod("pod-" + i));
    }
    api = NamespaceThread.once(cluster.host(), () -> ApiServer.start(Options.defaults().withTls()));
    api.delete(Resource.SERVICECIDRS, "", "kubernetes");
    kubeconfig = work.resolve("kubeconfig");
    api.kubeconfig(kubeconfig);
    manifests = new ManifestsInApi(cluster.folder(), api);
    cluster.put(
        "node.yaml",
        "{apiVersion: v1, kind: Node, metadata: {name: %s}}%n".formatted(cluster.node().name()));
    ServiceTraffic.serve(cluster, pods);
    for (int i = 0; i < OTHER_SERVICES; i++) {
      other(i, pods.get(0));
    }
    manifests.update();
  }

  @AfterEach
  void close() {
    cluster.close();
    api.close();
  }

  private void other(int number, LabPod pod) {
    cluster.put(
        "other-" + number + ".yaml",
        Texts.service("other-" + number, "10.96.5." + number)
            + "---\n"
            + Texts.slices("other-" + number, List.of(pod)));
  }

  /** Its socket is to be in the node's namespace again. */
  private void restart() throws Exception {
    NamespaceThread.once(
        cluster.host(),
        () -> {
          api.restart();
          return api;
        });
  }

  @Test
  void whatStaysIsServedAllTheTimeAndTheRestFollowsSoonAfter() throws Exception {
    Daemon daemon = cluster.daemonOverApi(kubeconfig).awaitInStep();
    cluster.awaitInStep();
    ServiceTraffic traffic = ServiceTraffic.start(cluster, client);
    api.stop();
    Wait.pause(Duration.ofSeconds(OUTAGE));
    for (int i = 0; i < OTHER_SERVICES; i += 4) {
      other(i, pods.get(1));
      cluster.remove("other-" + (i + 1) + ".yaml");
    }
    manifests.update();
    api.compact(); // the agent's versions are unknown to the server that comes back
    assertThat(daemon.isAlive()).isTrue();
    restart();
    long back = System.nanoTime();
    cluster.awaitInStep();
    System.out.printf(
        Locale.ROOT,
        "API server away for %d s, half of %d Services changed: in step %.2f s after it was back%n",
        OUTAGE,
        OTHER_SERVICES,
        (System.nanoTime() - back) / 1e9);
    traffic.stopAndExpectNoFailure("outage of the API server", pods.size());
  }

  @Test
  void aNodeThatStartsWithoutTheApiServerForwardsAsItLastDid() throws Exception {
    cluster.daemonOverApi(kubeconfig).awaitInStep().terminate();
    api.stop();
    cluster.nft("flush ruleset");
    Daemon daemon = cluster.daemonOverApi(kubeconfig).awaitInStep();
    cluster.awaitInStep();
    assertThat(daemon.errors()).contains("as last known");
    ServiceTraffic traffic = ServiceTraffic.start(cluster, client);
    other(1, pods.get(2));
    manifests.update();
    restart();
    cluster.awaitInStep();
    traffic.stopAndExpectNoFailure("return of the API server", pods.size());
  }

  @Test
  void whatIsRestoredBeforeTheAgentStartsIsWhatItGoesOnFrom() throws Exception {
    cluster.daemonOverApi(kubeconfig).awaitInStep().terminate(); // which saves the state
    api.stop();
    cluster.nft("flush ruleset");
    assertThat(cluster.ferruleOverApi("restore", kubeconfig).errors())
        .contains("restored from", OTHER_SERVICES + 1 + " Services");
    ServiceTraffic traffic = ServiceTraffic.start(cluster, client);
    cluster.awaitInStep();
    // As without a restore it is ready without the API server.
    Daemon daemon = cluster.daemonOverApi(kubeconfig).awaitInStep();
    assertThat(daemon.errors()).contains("as last known").doesNotContain("committed");
    // From now on the rules may be newer than what is saved.
    daemon.kill();
    Daemon next = cluster.daemonOverApi(kubeconfig);
    next.awaitError("the rules of the last run stay in force");
    restart();
    next.awaitInStep();
    traffic.stopAndExpectNoFailure("reboot of the node", pods.size());
  }

  @Test
  void rulesThatAKilledAgentLeftAreNotReplacedByAnOlderState() throws Exception {
    Daemon daemon = cluster.daemonOverApi(kubeconfig).awaitInStep();
    daemon.terminate(); // which saves the state
    daemon = cluster.daemonOverApi(kubeconfig).awaitInStep();
    other(1, pods.get(1));
    manifests.update();
    cluster.awaitInStep();
    daemon.kill();
    api.stop();
    int generation = cluster.generation();
    Daemon next = cluster.daemonOverApi(kubeconfig);
    next.awaitError("the rules of the last run stay in force");
    assertThat(cluster.generation()).isEqualTo(generation);
    cluster.awaitInStep();
    restart();
    next.awaitInStep();
    cluster.awaitInStep();
  }
}
