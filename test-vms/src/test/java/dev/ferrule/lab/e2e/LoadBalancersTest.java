// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.e2e;

import static dev.ferrule.lab.e2e.TwoNodes.NO_ANSWER;
import static dev.ferrule.lab.e2e.TwoNodes.REFUSED;
import static dev.ferrule.lab.e2e.TwoNodes.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.Caller;
import dev.ferrule.lab.Lab;
import dev.ferrule.lab.LabPod;
import dev.ferrule.lab.Protocol;
import dev.ferrule.lab.SteadyTraffic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Services of type LoadBalancer; the world outside sends what is for their addresses to a node. */
@Tag("kernel")
@DisplayName("[sig-network] LoadBalancers")
class LoadBalancersTest {
  @TempDir private static Path work;

  private static TwoNodes nodes;
  private static LabPod client;

  @BeforeAll
  static void create() {
    nodes = new TwoNodes(work);
    client = nodes.pod("client", "client", 1);
  }

  @AfterAll
  static void close() {
    nodes.close();
  }

  private static String balancer(int last) {
    String address = "198.51.100." + last;
    nodes.route(address, 1);
    return address;
  }

  private static String spec(int last, String more) {
    return """
        type: LoadBalancer, clusterIP: 10.96.7.%d, %s, ports: [\
        {name: t, port: 80, targetPort: 8080, nodePort: 30%03d}, \
        {name: u, port: 80, targetPort: 8080, nodePort: 30%03d, protocol: UDP}]"""
        .formatted(last, more, last, last);
  }

  private static Target nodePort(int node, int port) {
    return Target.tcp(nodes.node(node).ipv4(), port);
  }

  @ParameterizedTest(name = "should be able to change the type and ports of a {0} service")
  @EnumSource(Protocol.class)
  void typeAndPortsChange(Protocol protocol) {
    String name = "change-" + protocol.name().toLowerCase(java.util.Locale.ROOT);
    int last = protocol == Protocol.TCP ? 10 : 11;
    Target cluster = new Target("10.96.7." + last, 80, protocol);
    Target node = new Target(nodes.node(2).ipv4(), 30100 + last, protocol);
    Target otherNode = new Target(nodes.node(2).ipv4(), 30200 + last, protocol);
    Target balancer = new Target(balancer(last), 80, protocol);
    String ports =
        "clusterIP: 10.96.7.%d, ports: [{port: 80, targetPort: 8080, protocol: %s"
            .formatted(last, protocol);
    nodes.pod(name + "-1", name, 2);
    nodes.service(name, ports + "}]");
    nodes.reaches(client.namespace(), cluster, name + "-1");
    nodes.reaches(nodes.outside(), node, REFUSED);
    nodes.service(name, "type: NodePort, " + ports + ", nodePort: " + node.port() + "}]");
    nodes.reaches(nodes.outside(), node, name + "-1");
    nodes.service(
        name,
        "type: LoadBalancer, " + ports + ", nodePort: " + node.port() + "}]",
        balancer.address());
    nodes.reaches(nodes.outside(), balancer, name + "-1");
    nodes.service(
        name,
        "type: LoadBalancer, " + ports + ", nodePort: " + otherNode.port() + "}]",
        balancer.address());
    nodes.reaches(nodes.outside(), otherNode, name + "-1");
    nodes.reaches(nodes.outside(), node, REFUSED);
    nodes.reaches(nodes.outside(), balancer, name + "-1");
    String other =
        "type: LoadBalancer, "
            + ports.replace("port: 80,", "port: 81,")
            + ", nodePort: "
            + otherNode.port()
            + "}]";
    nodes.service(name, other, balancer.address());
    nodes.reaches(nodes.outside(), new Target(balancer.address(), 81, protocol), name + "-1");
    nodes.reaches(client.namespace(), cluster, REFUSED);
    nodes.kubelet().remove(name + "-1");
    nodes.reaches(nodes.outside(), new Target(balancer.address(), 81, protocol), REFUSED);
    nodes.pod(name + "-2", name, 1);
    nodes.service(name, ports + "}]");
    nodes.reaches(client.namespace(), cluster, name + "-2");
    nodes.reaches(nodes.outside(), otherNode, REFUSED);
  }

  @Test
  @DisplayName(
      "should be able to create LoadBalancer Service with the same port number and different protocols")
  void twoProtocolsOnOnePort() {
    String address = balancer(1);
    nodes.pod("both-1", "both", 2);
    nodes.service("both", spec(1, "externalTrafficPolicy: Cluster"), address);
    nodes.reaches(nodes.outside(), Target.tcp(address, 80), "both-1");
    nodes.reaches(nodes.outside(), Target.udp(address, 80), "both-1");
  }

  @Test
  @DisplayName("should only allow access from service loadbalancer source ranges")
  void sourceRangesAreFollowed() {
    String address = balancer(2);
    LabPod other = nodes.pod("other", "other", 2);
    nodes.pod("ranges-1", "ranges", 1);
    nodes.service(
        "ranges", spec(2, "loadBalancerSourceRanges: [%s/32]".formatted(client.ipv4())), address);
    nodes.reaches(client.namespace(), Target.tcp(address, 80), "ranges-1");
    nodes.reaches(other.namespace(), Target.tcp(address, 80), NO_ANSWER);
    nodes.service(
        "ranges", spec(2, "loadBalancerSourceRanges: [%s/32]".formatted(other.ipv4())), address);
    nodes.reaches(client.namespace(), Target.tcp(address, 80), NO_ANSWER);
    nodes.reaches(other.namespace(), Target.tcp(address, 80), "ranges-1");
    nodes.service("ranges", spec(2, "sessionAffinity: None"), address);
    nodes.reaches(client.namespace(), Target.tcp(address, 80), "ranges-1");
    nodes.reaches(nodes.outside(), Target.tcp(address, 80), "ranges-1");
  }

  @ParameterizedTest(
      name =
          "should have session affinity work, and be able to switch it, for LoadBalancer service with externalTrafficPolicy {0}")
  @ValueSource(strings = {"Cluster", "Local"})
  void affinityIsSwitched(String policy) {
    int last = policy.equals("Local") ? 3 : 4;
    String app = "sticky-" + last;
    String address = balancer(last);
    nodes.pod(app + "-1", app, 1);
    nodes.pod(app + "-2", app, 1);
    for (String affinity : new String[] {"ClientIP", "None", "ClientIP"}) {
      nodes.service(
          app,
          spec(last, "externalTrafficPolicy: %s, sessionAffinity: %s".formatted(policy, affinity)),
          address);
      if (affinity.equals("None")) {
        nodes.reaches(nodes.outside(), Target.tcp(address, 80), app + "-1", app + "-2");
      } else {
        nodes.sticks(nodes.outside(), Target.tcp(address, 80), app + "-1", app + "-2");
      }
    }
  }

  @ParameterizedTest(
      name =
          "should not have connectivity disruption during rolling update with externalTrafficPolicy={0}")
  @ValueSource(strings = {"Cluster", "Local"})
  void aRollingUpdateIsNotNoticed(String policy) {
    int last = policy.equals("Local") ? 5 : 6;
    String app = "rolling-" + last;
    String address = balancer(last);
    for (int i = 1; i <= 3; i++) {
      nodes.pod(app + "-old-" + i, app, 1);
    }
    nodes.service(app, spec(last, "externalTrafficPolicy: " + policy), address);
    nodes.reaches(
        nodes.outside(), Target.tcp(address, 80), app + "-old-1", app + "-old-2", app + "-old-3");
    SteadyTraffic traffic =
        SteadyTraffic.start(Caller.in(nodes.outside()), address, 80, Duration.ofMillis(10));
    for (int i = 1; i <= 3; i++) {
      nodes.pod(app + "-new-" + i, app, 1);
      nodes.kubelet().terminate(app + "-old-" + i);
      TwoNodes.pause(Duration.ofSeconds(1));
      nodes.kubelet().remove(app + "-old-" + i);
    }
    nodes.reaches(
        client.namespace(),
        Target.tcp("10.96.7." + last, 80),
        app + "-new-1",
        app + "-new-2",
        app + "-new-3");
    SteadyTraffic.Tally tally = traffic.stop();
    assertThat(tally.connections()).isGreaterThan(50);
    assertThat((double) tally.failures() / tally.connections()).isLessThan(0.05);
  }

  @Test
  @DisplayName(
      "ExternalTrafficPolicy: Local should work for type=LoadBalancer and type=NodePort, should only target nodes with endpoints")
  void localKeepsTheClientsAddressAndSaysWhichNodesServe() throws IOException {
    String address = balancer(7);
    nodes.pod("esipp-1", "esipp", 1);
    nodes.service(
        "esipp", spec(7, "externalTrafficPolicy: Local, healthCheckNodePort: 32007"), address);
    nodes.reaches(nodes.outside(), Target.tcp(address, 80), "esipp-1");
    assertThat(nodes.caller(nodes.outside()).get(address, 80).source()).isEqualTo(Lab.CLIENT_IPV4);
    eventually(200, () -> nodes.health(1, 32007));
    eventually(503, () -> nodes.health(2, 32007));
    nodes.reaches(nodes.outside(), nodePort(1, 30007), "esipp-1");
    nodes.reaches(nodes.outside(), nodePort(2, 30007), NO_ANSWER);
    nodes.pod("esipp-2", "esipp", 2);
    eventually(200, () -> nodes.health(2, 32007));
    nodes.kubelet().remove("esipp-1");
    eventually(503, () -> nodes.health(1, 32007));
    nodes.route(address, 2);
    nodes.reaches(nodes.outside(), Target.tcp(address, 80), "esipp-2");
    nodes.delete("Service", "esipp");
    eventually(0, () -> nodes.health(2, 32007));
  }

  @Test
  @DisplayName(
      "ExternalTrafficPolicy: Local should target all nodes with endpoints; should work from pods")
  void podsReachTheBalancerFromEverywhere() throws IOException {
    String address = balancer(8);
    LabPod elsewhere = nodes.pod("elsewhere", "elsewhere", 2);
    nodes.pod("pods-1", "pods", 1);
    nodes.service("pods", spec(8, "externalTrafficPolicy: Local"), address);
    for (LabPod pod : new LabPod[] {client, elsewhere}) {
      nodes.reaches(pod.namespace(), Target.tcp(address, 80), "pods-1");
      nodes.reaches(pod.namespace(), nodePort(1, 30008), "pods-1");
      assertThat(nodes.caller(pod.namespace()).get(address, 80).source()).isEqualTo(pod.ipv4());
    }
    nodes.pod("pods-2", "pods", 2);
    for (int node = 1; node <= 2; node++) {
      nodes.reaches(nodes.outside(), nodePort(node, 30008), "pods-" + node);
    }
  }

  @Test
  @DisplayName(
      "ExternalTrafficPolicy: Local should handle updates to ExternalTrafficPolicy field; NodePort and HealthCheckNodePort when it changes")
  void theExternalPolicyChanges() throws IOException {
    String address = balancer(9);
    nodes.pod("policy-1", "policy", 1);
    String local = spec(9, "externalTrafficPolicy: Local, healthCheckNodePort: 32009");
    nodes.service("policy", local, address);
    eventually(200, () -> nodes.health(1, 32009));
    nodes.reaches(nodes.outside(), nodePort(2, 30009), NO_ANSWER);
    nodes.service("policy", spec(9, "externalTrafficPolicy: Cluster"), address);
    eventually(0, () -> nodes.health(1, 32009));
    nodes.reaches(nodes.outside(), nodePort(2, 30009), "policy-1");
    assertThat(nodes.caller(nodes.outside()).get(nodes.node(2).ipv4(), 30009).source())
        .isNotEqualTo(Lab.CLIENT_IPV4);
    nodes.service("policy", local, address);
    eventually(200, () -> nodes.health(1, 32009));
    nodes.reaches(nodes.outside(), nodePort(2, 30009), NO_ANSWER);
    nodes.reaches(nodes.outside(), Target.tcp(address, 80), "policy-1");
    assertThat(nodes.caller(nodes.outside()).get(address, 80).source()).isEqualTo(Lab.CLIENT_IPV4);
  }
}
