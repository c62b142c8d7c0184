// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.Caller;
import dev.ferrule.lab.SteadyTraffic;
import dev.ferrule.lab.agent.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agent, API server, client and endpoints are containers; the agent is a Pod of the DaemonSet. */
@InDocker
class ApiSourceTest {

  private static final String WEB = "10.96.1.1";
  private static final String ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";
  private static final Map<String, String> IN_CLUSTER =
      Map.of(
          "KUBERNETES_SERVICE_HOST", DockerCluster.API_IP,
          "KUBERNETES_SERVICE_PORT", ApiContainer.PORT);

  @TempDir private Path work;

  private static DockerCluster cluster;
  private static String first = "";
  private static String second = "";

  private ApiContainer api;

  @BeforeAll
  static void createCluster() {
    cluster = new DockerCluster();
    first = cluster.pod("web-1", 11);
    second = cluster.pod("web-2", 12);
  }

  @AfterAll
  static void closeCluster() {
    cluster.close();
  }

  @BeforeEach
  void create() throws IOException {
    api = ApiContainer.start(cluster, work.resolve("api"), objects());
    Files.createDirectories(work.resolve("state"));
    Path config = Files.createDirectories(work.resolve("config"));
    Files.writeString(
        config.resolve("config.conf"),
        """
        apiVersion: kubeproxy.config.k8s.io/v1alpha1
        kind: KubeProxyConfiguration
        clusterCIDR: %s
        """
            .formatted(DockerCluster.POD_RANGE));
  }

  @AfterEach
  void close() {
    api.close();
  }

  private String objects() {
    return """
        apiVersion: v1
        kind: Node
        metadata: {name: %s}
        status: {addresses: [{type: InternalIP, address: %s}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: default}
        spec: {clusterIP: %s, ports: [{port: 80, targetPort: 8080}]}
        ---
        %s
        """
        .formatted(
            DockerCluster.NODE_NAME, DockerCluster.NODE_IP, WEB, slice(List.of(first, second)));
  }

  private static String slice(List<String> addresses) {
    return """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: web-1, namespace: default, labels: {kubernetes.io/service-name: web}}
        addressType: IPv4
        ports: [{name: "", port: 8080, protocol: TCP}]
        endpoints: [%s]
        """
        .formatted(
            String.join(", ", addresses.stream().map(ip -> "{addresses: [" + ip + "]}").toList()));
  }

  private AgentContainer agent() {
    return AgentContainer.start(
        cluster,
        PodTemplate.of("base"),
        List.of(),
        IN_CLUSTER,
        Map.of(
            "/etc/ferrule",
            work.resolve("config"),
            "/var/lib/ferrule",
            work.resolve("state"),
            ACCOUNT,
            api.serviceAccount()));
  }

  /** Who answers a client outside, whose way is through the node. */
  private Set<String> endpoints() {
    try (Caller client = cluster.client()) {
      return client.spread(WEB, 80, 20).keySet();
    } catch (IOException e) {
      return Set.of("nobody: " + e.getMessage());
    }
  }

  private SteadyTraffic traffic() {
    return SteadyTraffic.start(cluster.client(), WEB, 80, Duration.ofMillis(3));
  }

  private int ready() {
    try (Caller caller = cluster.local()) {
      return caller.page("127.0.0.1", 10256, "/readyz").status();
    } catch (IOException e) {
      return 0;
    }
  }

  @Test
  void podFollowsTheApiServerWithItsServiceAccount() {
    try (AgentContainer agent = agent().awaitInStep()) {
      assertThat(agent.log())
          .contains("https://" + DockerCluster.API_IP + ":" + ApiContainer.PORT)
          .doesNotContain("warning")
          .doesNotContain("could not");
      assertThat(endpoints()).containsExactlyInAnyOrder("web-1", "web-2");
      assertThat(ready()).isEqualTo(200);
      api.apply(slice(List.of(second)));
      Wait.untilEqual(Set.of("web-2"), this::endpoints);
      assertThat(
              agent.exec(
                  "ferrule",
                  "plan",
                  "--config=/etc/ferrule/config.conf",
                  "--hostname-override=" + DockerCluster.NODE_NAME))
          .contains("No changes");
      assertThat(agent.terminate()).isEqualTo(143);
    }
  }

  @Test
  void configMapOfKubeadmIsReadAsItIs() throws IOException {
    Path config = Files.createDirectories(work.resolve("kube-proxy"));
    for (String name : List.of("config.conf", "kubeconfig.conf")) {
      try (var resource = ApiSourceTest.class.getResourceAsStream("/docker/kubeadm/" + name)) {
        assertThat(resource).isNotNull();
        if (resource != null) {
          Files.copy(resource, config.resolve(name));
        }
      }
    }
    try (AgentContainer agent =
        AgentContainer.start(
            cluster,
            PodTemplate.of("kubeadm"),
            List.of(),
            Map.of(),
            Map.of(
                "/var/lib/kube-proxy",
                config,
                "/var/lib/ferrule",
                work.resolve("state"),
                ACCOUNT,
                api.serviceAccount()))) {
      agent.awaitInStep();
      assertThat(endpoints()).containsExactlyInAnyOrder("web-1", "web-2");
      assertThat(agent.log()).doesNotContain("warning").doesNotContain("could not");
    }
  }

  @Test
  void apiServerThatIsFrozenOrKilledCostsNoConnection() {
    try (AgentContainer agent = agent().awaitInStep()) {
      SteadyTraffic traffic = traffic();
      api.pause();
      Wait.pause(Duration.ofSeconds(2));
      api.unpause();
      api.kill();
      agent.await("nothing answers there");
      api.startAgain();
      api.apply(slice(List.of(first)));
      Wait.untilEqual(Set.of("web-1"), this::endpoints);
      assertThat(traffic.stop().failed()).isEmpty();
      assertThat(agent.isRunning()).isTrue();
    }
  }

  @Test
  void nodeForwardsWithWhatItSavedBeforeTheApiServerAnswers() {
    agent().awaitInStep().terminate();
    api.kill();
    assertThat(cluster.nodeNamespace().exec("nft", "flush", "ruleset").exit()).isZero();
    try (AgentContainer agent = agent().await("as last known")) {
      Wait.untilEqual(Set.of("web-1", "web-2"), this::endpoints);
      assertThat(ready()).isEqualTo(200);
      api.startAgain();
      api.apply(slice(List.of(second)));
      Wait.untilEqual(Set.of("web-2"), this::endpoints);
      agent.await("what was last known is replaced");
    }
  }

  @Test
  void tokenThatIsRefusedIsNamedAndARightOneIsTakenUp() throws IOException {
    api.accept("another");
    try (AgentContainer agent = agent().await("the server refuses these credentials")) {
      assertThat(ready()).isEqualTo(503);
      Files.writeString(api.serviceAccount().resolve("token"), "another");
      agent.awaitInStep();
      assertThat(endpoints()).containsExactlyInAnyOrder("web-1", "web-2");
      assertThat(ready()).isEqualTo(200);
    }
  }

  @Test
  void rollingRestartsLoseNoConnection() {
    agent().awaitInStep().terminate();
    SteadyTraffic traffic = traffic();
    agent().awaitInStep().kill();
    agent().awaitInStep().terminate();
    try (AgentContainer agent = agent().awaitInStep()) {
      assertThat(traffic.stop().failed()).isEmpty();
      assertThat(agent.isRunning()).isTrue();
      assertThat(endpoints()).containsExactlyInAnyOrder("web-1", "web-2");
    }
  }
}
