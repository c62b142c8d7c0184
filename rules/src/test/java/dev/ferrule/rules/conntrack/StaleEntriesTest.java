// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.conntrack;

import static dev.ferrule.rules.testing.Examples.endpoint;
import static dev.ferrule.rules.testing.Examples.ip;
import static dev.ferrule.rules.testing.Examples.service;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.compile.FrontendKey;
import dev.ferrule.rules.compile.NodeContext;
import dev.ferrule.rules.compile.ServiceCompiler;
import dev.ferrule.rules.compile.ServicePortName;
import dev.ferrule.rules.model.Endpoint;
import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.Protocol;
import dev.ferrule.rules.model.ServicePort;
import dev.ferrule.rules.model.TrafficPolicy;
import dev.ferrule.rules.testing.Examples;
import dev.ferrule.rules.testing.Examples.ServiceBuilder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StaleEntriesTest {

  private static final ServicePort DNS = new ServicePort("dns", Protocol.UDP, 53, "5353", 30053);
  private static final ServicePort DNS_TCP =
      new ServicePort("dns-tcp", Protocol.TCP, 53, "5353", 30053);

  private static final Endpoint READY = endpoint("10.244.0.1", true, true, false, "node-1");
  private static final Endpoint UNREADY = endpoint("10.244.0.2", false, true, false, "node-1");
  private static final Endpoint DRAINING = endpoint("10.244.0.3", false, true, true, "node-1");
  private static final Endpoint ENDING = endpoint("10.244.0.4", false, false, true, "node-1");
  private static final Endpoint ELSEWHERE = endpoint("10.244.1.5", true, true, false, "node-2");

  private final TrackedPorts ports = new TrackedPorts();
  private final Map<FrontendKey, String> left = new HashMap<>();
  private final Map<FrontendKey, ServicePortName> bare = new HashMap<>();

  @Test
  void aFlowToAnEndpointThatIsGoneIsStale() {
    track(false, dns(), READY);
    assertThat(owner(udp("10.96.0.10", 53), "10.244.0.9", 5353)).isEqualTo("default/web:dns");
    assertThat(owner(udp("10.96.0.10", 53), "10.244.0.1", 5353)).isNull();
  }

  @Test
  void aConnectionBegunWhileThereWereNoRulesIsStaleUntilItIsAnswered() {
    FrontendKey web = new FrontendKey(ip("10.96.0.10"), Protocol.TCP, 80);
    assertThat(unanswered(web, "10.96.0.10", 80)).isNull();
    bare.put(web, new ServicePortName(new ObjectName("default", "web"), "http"));
    assertThat(unanswered(web, "10.96.0.10", 80)).isEqualTo("default/web:http");
    assertThat(unanswered(web, "10.244.0.1", 8080)).as("translated").isNull();
    assertThat(owner(entry(web, "10.96.0.10", 80, 2))).as("answered").isNull();
  }

  @Test
  void addressAndPortOfTheEndpointCount() {
    track(false, dns(), READY);
    assertThat(owner(udp("10.96.0.10", 53), "10.244.0.1", 53)).isNotNull();
  }

  @Test
  void everyAddressOfTheServiceCountsAndTheNodePortOfAnyAddress() {
    track(false, dns().ingress("1.2.3.4", false).externalIps("203.0.113.9"), READY);
    for (FrontendKey ours :
        List.of(
            udp("10.96.0.10", 53),
            udp("1.2.3.4", 53),
            udp("203.0.113.9", 53),
            udp("192.168.0.2", 30053),
            udp("192.168.77.77", 30053))) {
      assertThat(owner(ours, "10.244.0.9", 5353)).as(ours.toString()).isNotNull();
      assertThat(owner(ours, "10.244.0.1", 5353)).as(ours.toString()).isNull();
    }
    for (FrontendKey other :
        List.of(
            udp("10.96.0.10", 54),
            udp("10.96.0.11", 53),
            udp("192.168.0.2", 53),
            udp("192.168.0.2", 30054),
            udp("2001:db8::1", 30053))) {
      assertThat(owner(other, "10.244.0.9", 5353)).as(other.toString()).isNull();
    }
  }

  @Test
  void aLoadBalancerAddressInProxyModeIsNotOurs() {
    track(false, dns().ingress("1.2.3.4", true), READY);
    assertThat(owner(udp("1.2.3.4", 53), "10.244.0.9", 5353)).isNull();
  }

  @Test
  void whatServesKeepsItsFlowsWhateverPoliciesWouldChooseNow() {
    track(
        false,
        dns().internal(TrafficPolicy.LOCAL).external(TrafficPolicy.LOCAL),
        READY,
        UNREADY,
        DRAINING,
        ENDING,
        ELSEWHERE);
    for (Endpoint serving : List.of(READY, UNREADY, DRAINING, ELSEWHERE)) {
      assertThat(owner(udp("10.96.0.10", 53), serving.address().toString(), 5353)).isNull();
    }
    assertThat(owner(udp("10.96.0.10", 53), ENDING.address().toString(), 5353)).isNotNull();
  }

  @Test
  void aFlowThatWasNeverTranslatedIsStaleOnceSomethingServes() {
    track(false, dns());
    assertThat(owner(udp("10.96.0.10", 53), "10.96.0.10", 53)).isNull();
    track(false, dns(), READY);
    assertThat(owner(udp("10.96.0.10", 53), "10.96.0.10", 53)).isNotNull();
  }

  @Test
  void allIsKeptWhileNothingServes() {
    track(false, dns(), ENDING);
    assertThat(owner(udp("10.96.0.10", 53), "10.244.0.9", 5353)).isNull();
    assertThat(owner(udp("10.96.0.10", 53), ENDING.address().toString(), 5353)).isNull();
    assertThat(owner(udp("192.168.0.2", 30053), "10.244.0.9", 5353)).isNull();
  }

  @Test
  void tcpIsLeftAloneUnlessResetsAreWanted() {
    track(false, dns(), READY);
    assertThat(owner(tcp("10.96.0.10", 53), "10.244.0.9", 5353)).isNull();
  }

  @Test
  void aTcpConnectionIsResetOnlyWhenItsEndpointIsListedNoMore() {
    track(true, dns(), READY, ENDING);
    FrontendKey clusterIp = tcp("10.96.0.10", 53);
    assertThat(owner(clusterIp, "10.244.0.1", 5353)).isNull();
    assertThat(owner(clusterIp, ENDING.address().toString(), 5353)).isNull();
    assertThat(owner(clusterIp, "10.244.0.9", 5353)).isEqualTo("default/web:dns-tcp");
    assertThat(owner(tcp("192.168.0.2", 30053), "10.244.0.9", 5353)).isNotNull();
    track(true, dns());
    assertThat(owner(clusterIp, "10.244.0.9", 5353)).as("no endpoint at all").isNotNull();
  }

  @Test
  void aTcpConnectionThatIsNotOursForSureIsNeverReset() {
    track(true, dns(), READY);
    assertThat(owner(tcp("192.168.77.77", 30053), "10.244.0.9", 5353)).as("address").isNull();
    assertThat(owner(tcp("10.96.0.10", 53), "10.96.0.10", 53)).as("not translated").isNull();
  }

  @Test
  void flowsOfAServiceThatLeftGoIfTheyWereTranslated() {
    left.put(udp("10.96.0.10", 53), "default/gone:dns");
    assertThat(owner(udp("10.96.0.10", 53), "10.244.0.1", 5353)).isEqualTo("default/gone:dns");
    assertThat(owner(udp("10.96.0.10", 53), "10.96.0.10", 53)).isNull();
    track(false, dns(), READY);
    assertThat(owner(udp("10.96.0.10", 53), "10.244.0.1", 5353)).as("it is back").isNull();
  }

  @Test
  void whereTwoServicesClaimOneAddressTheEndpointsOfBothCount() {
    track(false, dns(), READY);
    track(false, dns().named("other"), ELSEWHERE);
    FrontendKey shared = udp("10.96.0.10", 53);
    assertThat(owner(shared, READY.address().toString(), 5353)).isNull();
    assertThat(owner(shared, ELSEWHERE.address().toString(), 5353)).isNull();
    assertThat(owner(shared, "10.244.0.9", 5353)).isNotNull();
    ports.set(Examples.WEB, List.of());
    assertThat(owner(shared, READY.address().toString(), 5353)).isEqualTo("default/other:dns");
    ports.set(new ObjectName("default", "other"), List.of());
    assertThat(owner(shared, READY.address().toString(), 5353)).isNull();
  }

  private static ServiceBuilder dns() {
    return service().ports(DNS, DNS_TCP);
  }

  private void track(boolean resetTcp, ServiceBuilder builder, Endpoint... endpoints) {
    NodeContext context =
        new NodeContext(
            Examples.NODE,
            Examples.CONTEXT.nodePortAddresses(),
            Examples.CONTEXT.podRanges(),
            null,
            false,
            resetTcp);
    EndpointSlice slice =
        new EndpointSlice(
            new ObjectName("default", "slice"),
            Examples.WEB,
            IpFamily.IPV4,
            List.of(
                new EndpointSlice.Port("dns", Protocol.UDP, 5353),
                new EndpointSlice.Port("dns-tcp", Protocol.TCP, 5353)),
            Arrays.asList(endpoints));
    var compiled = new ServiceCompiler(context).compile(builder.build(), List.of(slice));
    ports.set(compiled.name(), compiled.tracked());
  }

  private @Nullable String owner(FrontendKey destination, String replySource, int replyPort) {
    return owner(entry(destination, replySource, replyPort, 2));
  }

  private @Nullable String unanswered(FrontendKey destination, String replySource, int replyPort) {
    return owner(entry(destination, replySource, replyPort, 0));
  }

  /**
   * @param status 2 if it was answered
   */
  private static ConntrackEntry entry(
      FrontendKey destination, String replySource, int replyPort, int status) {
    Backend reply = new Backend(ip(replySource), replyPort);
    return new ConntrackEntry(ip("10.244.0.77"), 4000, destination, reply, 0, 1, status);
  }

  private @Nullable String owner(ConntrackEntry entry) {
    return new StaleEntries(ports, left, bare).ownerIfStale(entry);
  }

  private static FrontendKey udp(String address, int port) {
    return new FrontendKey(ip(address), Protocol.UDP, port);
  }

  private static FrontendKey tcp(String address, int port) {
    return new FrontendKey(ip(address), Protocol.TCP, port);
  }
}
