// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.explain;

import static dev.ferrule.rules.explain.Cluster.about;
import static dev.ferrule.rules.testing.Examples.NODE;
import static dev.ferrule.rules.testing.Examples.endpoint;
import static dev.ferrule.rules.testing.Examples.http;
import static dev.ferrule.rules.testing.Examples.ip;
import static dev.ferrule.rules.testing.Examples.service;
import static dev.ferrule.rules.testing.Examples.slice;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.compile.ForwardingSettings;
import dev.ferrule.rules.compile.NodePortAddresses;
import dev.ferrule.rules.model.Balancing;
import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.PodInterface;
import dev.ferrule.rules.model.Protocol;
import dev.ferrule.rules.model.Service;
import dev.ferrule.rules.model.TrafficPolicy;
import dev.ferrule.rules.trace.Connection;
import dev.ferrule.rules.trace.Share;
import dev.ferrule.rules.trace.Verdict;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every decision with its reason. */
class ExplainerTest {

  private static final String POD = "10.244.3.3";
  private static final String OUTSIDE = "203.0.113.7";
  private static final String NODE_IP = "192.168.0.2";
  private static final String CLUSTER_IP = "10.96.0.10";
  private static final EndpointSlice TWO = slice("10.244.0.1@node-1", "10.244.0.2@node-2");

  @Test
  void aClusterIpGivesEachEndpointItsExactShare() {
    Answer answer =
        new Cluster()
            .with(service(), slice("10.244.0.1", "10.244.0.2", "10.244.0.3"))
            .ask(POD, CLUSTER_IP, 80);
    assertThat(answer.verdict()).isEqualTo(Verdict.DNAT);
    assertThat(answer.endpoints()).extracting(Way::probability).containsOnly(new Share(1, 3));
    assertThat(answer.endpoints()).extracting(Way::masquerade).containsOnly(false);
    assertThat(about(Reason.Topic.SERVICE, answer))
        .containsExactly("10.96.0.10:80/tcp is the ClusterIP of Service default/web, port http");
    assertThat(about(Reason.Topic.MASQUERADE, answer))
        .containsExactly("not masqueraded: a Pod keeps its address");
  }

  @Test
  void whatIsNotAPodIsMasqueradedAtAClusterIp() {
    Answer answer = new Cluster().with(service(), TWO).ask(OUTSIDE, CLUSTER_IP, 80);
    assertThat(answer.endpoints()).extracting(Way::masquerade).containsOnly(true);
    assertThat(about(Reason.Topic.CLIENT, answer))
        .containsExactly(
            "203.0.113.7 is outside: neither this node nor in the Pods' range 10.244.0.0/16");
  }

  @Test
  void anEndpointThatReachesItselfIsMasqueradedAlone() {
    Answer answer = new Cluster().with(service(), TWO).ask("10.244.0.1", CLUSTER_IP, 80);
    assertThat(answer.endpoints()).extracting(Way::masquerade).containsExactly(true, false);
    assertThat(about(Reason.Topic.MASQUERADE, answer))
        .containsExactly(
            "not masqueraded: a Pod keeps its address",
            "10.244.0.1:8080 is the client itself: masqueraded, else it would answer past this"
                + " node");
  }

  @Test
  void anEndpointOnThisNodesAddressIsNeverMasqueradedFromOutside() {
    Answer answer =
        new Cluster().with(service(), slice(NODE_IP, "10.244.0.2")).ask(OUTSIDE, CLUSTER_IP, 80);
    assertThat(answer.endpoints()).extracting(Way::masquerade).containsExactly(true, false);
    assertThat(about(Reason.Topic.MASQUERADE, answer)).hasSize(2);
  }

  @Test
  void aLocalPolicyHoldsForOutsidersOnly() {
    Cluster cluster =
        new Cluster()
            .with(service().externalIps("198.51.100.1").external(TrafficPolicy.LOCAL), TWO);
    Answer outside = cluster.ask(OUTSIDE, "198.51.100.1", 80);
    assertThat(outside.endpoints()).extracting(Way::backend).hasToString("[10.244.0.1:8080]");
    assertThat(about(Reason.Topic.POLICY, outside))
        .containsExactly("externalTrafficPolicy Local: only endpoints on this node, node-1");
    assertThat(about(Reason.Topic.ENDPOINTS, outside))
        .containsExactly("10.244.0.2:8080 is left out: it is on node node-2");
    for (String inside : List.of(POD, NODE_IP, "127.0.0.1")) {
      Answer answer = cluster.ask(inside, "198.51.100.1", 80);
      assertThat(answer.endpoints()).hasSize(2);
      assertThat(answer.endpoints()).extracting(Way::masquerade).containsOnly(!inside.equals(POD));
      assertThat(about(Reason.Topic.POLICY, answer))
          .containsExactly(
              "externalTrafficPolicy Local holds for clients from outside only: endpoints on every"
                  + " node");
    }
  }

  @Test
  void withoutALocalEndpointThePolicyDrops() {
    Answer answer =
        new Cluster()
            .with(service().internal(TrafficPolicy.LOCAL), slice("10.244.0.2@node-2"))
            .ask(POD, CLUSTER_IP, 80);
    assertThat(answer.verdict()).isEqualTo(Verdict.DROP);
    assertThat(AnswerText.headline(answer))
        .isEqualTo(
            "DROP: no endpoint on this node can be used, and those elsewhere are not allowed:"
                + " dropped");
  }

  @Test
  void withoutAnEndpointTheClientIsTold() {
    Answer answer =
        new Cluster()
            .with(service(), slice(List.of(endpoint("10.244.0.1", false, true, false, "node-1"))))
            .ask(POD, CLUSTER_IP, 80);
    assertThat(answer.verdict()).isEqualTo(Verdict.REJECT);
    assertThat(about(Reason.Topic.ENDPOINTS, answer))
        .containsExactly("10.244.0.1:8080 is left out: it is not ready");
    assertThat(about(Reason.Topic.REFUSAL, answer))
        .containsExactly("Service default/web:http has no endpoint that can be used");
  }

  @Test
  void sourceRangesLetInOrDrop() {
    Cluster cluster =
        new Cluster().with(service().ingress("1.2.3.4", false).ranges("203.0.113.0/24"), TWO);
    assertThat(about(Reason.Topic.SOURCE_RANGES, cluster.ask(OUTSIDE, "1.2.3.4", 80)))
        .containsExactly("loadBalancerSourceRanges: 203.0.113.0/24 lets 203.0.113.7 in");
    Answer other = cluster.ask(POD, "1.2.3.4", 80);
    assertThat(other.verdict()).isEqualTo(Verdict.DROP);
    assertThat(AnswerText.headline(other))
        .isEqualTo(
            "DROP: loadBalancerSourceRanges let in only 203.0.113.0/24, and 10.244.3.3 is in none"
                + " of them");
  }

  @Test
  void weightsDecideShares() {
    Answer answer =
        new Cluster()
            .with(balanced(new Balancing(0, Map.of(ip("10.244.0.1"), 3))), TWO)
            .ask(POD, CLUSTER_IP, 80);
    assertThat(answer.endpoints())
        .extracting(Way::probability)
        .containsExactly(new Share(3, 4), new Share(1, 4));
    assertThat(about(Reason.Topic.BALANCING, answer))
        .containsExactly("at random, by weight: 10.244.0.1:8080 3, 10.244.0.2:8080 1");
  }

  @Test
  void aHashNamesTheOneEndpoint() {
    Cluster cluster = new Cluster().with(balanced(new Balancing(1024, Map.of())), TWO);
    Answer answer = cluster.ask(POD, CLUSTER_IP, 80);
    assertThat(answer.endpoints()).extracting(Way::probability).containsExactly(Share.ALL);
    assertThat(about(Reason.Topic.BALANCING, answer).get(0))
        .matches("the client's address decides \\(source hash\\): slot \\d+ of 1024");
  }

  private static Service balanced(Balancing balancing) {
    Service plain = service().build();
    return new Service(
        plain.name(),
        plain.created(),
        plain.type(),
        plain.clusterIps(),
        plain.ports(),
        plain.externalIps(),
        plain.loadBalancerAddresses(),
        plain.loadBalancerSourceRanges(),
        plain.internalTrafficPolicy(),
        plain.externalTrafficPolicy(),
        plain.affinitySeconds(),
        plain.healthCheckNodePort(),
        plain.selector(),
        balancing);
  }

  @Test
  void aRememberedClientReturns() {
    Cluster cluster = new Cluster().with(service().affinity(60), TWO);
    Connection connection = new Connection(ip(POD), ip(CLUSTER_IP), Protocol.TCP, 80);
    assertThat(about(Reason.Topic.AFFINITY, cluster.ask(connection)))
        .containsExactly(
            "session affinity ClientIP: the client stays with its endpoint until it makes no new"
                + " connection for 60 s");
    Backend known = new Backend(ip("10.244.0.2"), 8080);
    Answer answer = cluster.explainer().answer(connection, known);
    assertThat(answer.endpoints()).containsExactly(new Way(known, Share.ALL, false));
    assertThat(about(Reason.Topic.AFFINITY, answer))
        .containsExactly(
            "session affinity ClientIP: the client is remembered with 10.244.0.2:8080");
  }

  @Test
  void aConflictNamesTheLoser() {
    Answer answer =
        new Cluster()
            .with(service().created(1), TWO)
            .with(service().named("late").created(2), TWO)
            .ask(POD, CLUSTER_IP, 80);
    assertThat(about(Reason.Topic.CONFLICT, answer))
        .containsExactly("Service default/late asks for it too; default/web came first");
  }

  @Test
  void aPortThatAClusterIpLacksIsRefused() {
    Answer answer = new Cluster().with(service(), TWO).ask(POD, CLUSTER_IP, 81);
    assertThat(answer.verdict()).isEqualTo(Verdict.REJECT);
    assertThat(about(Reason.Topic.REFUSAL, answer))
        .containsExactly(
            "10.96.0.10 is the ClusterIP of Service default/web, which has no port 81/tcp (it has"
                + " 80/tcp)");
  }

  @Test
  void anAddressThatNoServiceHasIsDropped() {
    Answer answer = new Cluster().with(service(), TWO).ask(POD, "10.96.9.9", 80);
    assertThat(answer.verdict()).isEqualTo(Verdict.DROP);
    assertThat(about(Reason.Topic.REFUSAL, answer))
        .containsExactly(
            "10.96.9.9 is in the range of Services 10.96.0.0/16, and no Service has it");
  }

  @Test
  void anEndpointThatIsItselfRefusedTakesItsShareAlong() {
    Answer answer =
        new Cluster().with(service(), slice("10.96.9.9", "10.244.0.1")).ask(POD, CLUSTER_IP, 80);
    assertThat(answer.verdict()).isEqualTo(Verdict.DNAT);
    assertThat(answer.shares())
        .containsOnly(
            Map.entry(Verdict.DNAT, new Share(1, 2)), Map.entry(Verdict.DROP, new Share(1, 2)));
    assertThat(about(Reason.Topic.REFUSAL, answer))
        .containsExactly(
            "the endpoint 10.96.9.9:8080 cannot be reached: 10.96.9.9 is in the range of Services"
                + " 10.96.0.0/16, and no Service has it");
  }

  @Test
  void whatPassesHasAReason() {
    Cluster cluster =
        new Cluster()
            .with(
                service().ports(http(30080)).ingress("1.2.3.4", true).externalIps("198.51.100.1"),
                TWO)
            .foreign(service().named("mesh").clusterIps("10.97.0.1").build());
    assertPass(
        cluster.ask(OUTSIDE, "192.168.1.2", 30080),
        "30080/tcp is a NodePort of Service default/web, and 192.168.1.2 is not among the addresses"
            + " that NodePorts are open on (192.168.0.2)");
    assertPass(
        cluster.ask("127.0.0.1", "127.0.0.1", 30080),
        "30080/tcp is a NodePort of Service default/web, and 127.0.0.1 is a loopback address, where"
            + " NodePorts are never open");
    assertPass(
        cluster.ask(OUTSIDE, "1.2.3.4", 80),
        "1.2.3.4 is a LoadBalancer address of Service default/web with ipMode Proxy: the load"
            + " balancer itself has to be reached");
    assertPass(
        cluster.ask(OUTSIDE, "198.51.100.1", 81),
        "198.51.100.1 is an externalIP of Service default/web, which has no port 81/tcp");
    assertPass(
        cluster.ask(POD, "10.97.0.1", 80),
        "10.97.0.1 is a ClusterIP of Service default/mesh, which another proxy handles: it has"
            + " label service.kubernetes.io/service-proxy-name");
    assertPass(
        cluster.ask(POD, "10.244.0.1", 8080),
        "10.244.0.1:8080/tcp is itself an endpoint of Service default/web: it is reached without"
            + " this node's help");
    assertPass(
        cluster.ask(POD, "8.8.8.8", 53), "no Service has the address and port 8.8.8.8:53/tcp");
  }

  private static void assertPass(Answer answer, String why) {
    assertThat(answer.verdict()).isEqualTo(Verdict.PASS);
    assertThat(about(Reason.Topic.REFUSAL, answer)).containsExactly(why);
  }

  @Test
  void wherePodsAreToldByInterfaceThatDecides() {
    ForwardingSettings byInterface =
        new ForwardingSettings(
            NodePortAddresses.PRIMARY,
            List.of(),
            false,
            new PodInterface("cni0", false),
            false,
            false);
    Cluster cluster = new Cluster(NODE, byInterface).with(service(), TWO);
    Connection connection = new Connection(ip(POD), ip(CLUSTER_IP), Protocol.TCP, 80, "cni0");
    assertThat(cluster.ask(connection).endpoints()).extracting(Way::masquerade).containsOnly(false);
    assertThat(about(Reason.Topic.CLIENT, cluster.ask(connection)))
        .containsExactly(
            "10.244.3.3 counts as a Pod: it comes in by cni0, one of the Pods' interfaces (cni0)");
    Answer unknown = cluster.ask(POD, CLUSTER_IP, 80);
    assertThat(unknown.endpoints()).extracting(Way::masquerade).containsOnly(true);
    assertThat(about(Reason.Topic.CLIENT, unknown).get(0))
        .contains("it is not known by which interface it comes in");
  }
}
