// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.compile;

import static dev.ferrule.rules.testing.Examples.CONTEXT;
import static dev.ferrule.rules.testing.Examples.http;
import static dev.ferrule.rules.testing.Examples.ip;
import static dev.ferrule.rules.testing.Examples.service;
import static dev.ferrule.rules.testing.Examples.slice;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.Protocol;
import dev.ferrule.rules.model.TrafficPolicy;
import dev.ferrule.rules.testing.Examples;
import java.util.List;
import org.junit.jupiter.api.Test;

class ForwardingTableTest {

  private static final FrontendKey NODE_PORT =
      new FrontendKey(ip("192.168.0.2"), Protocol.TCP, 30080);

  private final ForwardingTable table = new ForwardingTable();

  @Test
  void ofTwoServicesThatClaimAKeyTheOlderHasItWhateverTheOrder() {
    table.put(claim("b", "10.96.0.2", 5));
    table.put(claim("a", "10.96.0.1", 7));
    assertThat(owner()).isEqualTo("default/b:http");
    assertThat(table.conflicts())
        .containsExactly(
            new ForwardingTable.Conflict(
                NODE_PORT, new ObjectName("default", "a"), new ObjectName("default", "b")));
    table.put(claim("c", "10.96.0.3", 1));
    assertThat(owner()).isEqualTo("default/c:http");
    assertThat(table.conflicts()).hasSize(2);
  }

  @Test
  void ofTwoServicesOfOneAgeTheFirstByNameHasTheKey() {
    table.put(claim("b", "10.96.0.2", 5));
    table.put(claim("a", "10.96.0.1", 5));
    assertThat(owner()).isEqualTo("default/a:http");
  }

  @Test
  void whenTheOwnerGoesTheNextInLineTakesTheKeyOver() {
    table.put(claim("a", "10.96.0.1", 5));
    table.put(claim("b", "10.96.0.2", 5));
    List<ForwardingTable.Change> changes = table.remove(new ObjectName("default", "a"));
    assertThat(owner()).isEqualTo("default/b:http");
    assertThat(table.conflicts()).isEmpty();
    assertThat(changes).extracting(change -> change.key()).contains(NODE_PORT);
  }

  @Test
  void theLoserKeepsItsOtherFrontends() {
    table.put(claim("a", "10.96.0.1", 5));
    table.put(claim("b", "10.96.0.2", 6));
    assertThat(table.get(new FrontendKey(ip("10.96.0.2"), Protocol.TCP, 80))).isNotNull();
    assertThat(table.frontends(new ObjectName("default", "b"))).hasSize(1);
  }

  @Test
  void puttingTheSameAgainChangesNothing() {
    table.put(claim("a", "10.96.0.1", 5));
    assertThat(table.put(claim("a", "10.96.0.1", 5))).isEmpty();
  }

  @Test
  void anOutsiderMayReturnOnlyToAnEndpointOnThisNode() {
    table.put(
        new ServiceCompiler(CONTEXT)
            .compile(
                service().ports(http(30080)).external(TrafficPolicy.LOCAL).affinity(60).build(),
                List.of(slice("10.244.0.1@node-1", "10.244.2.1@node-2"))));
    Backend remote = new Backend(ip("10.244.2.1"), 8080);
    Backend local = new Backend(ip("10.244.0.1"), 8080);
    assertThat(table.mayReturn(NODE_PORT, ip("203.0.113.1"), local, CONTEXT)).isTrue();
    assertThat(table.mayReturn(NODE_PORT, ip("203.0.113.1"), remote, CONTEXT)).isFalse();
    assertThat(table.mayReturn(NODE_PORT, ip("10.244.0.9"), remote, CONTEXT)).isTrue();
    assertThat(table.mayReturn(NODE_PORT, ip("192.168.1.2"), remote, CONTEXT)).isTrue();
    Backend gone = new Backend(ip("10.244.0.3"), 8080);
    assertThat(table.mayReturn(NODE_PORT, ip("10.244.0.9"), gone, CONTEXT)).isFalse();
  }

  private String owner() {
    Frontend frontend = table.get(NODE_PORT);
    return frontend == null ? "nobody" : frontend.owner().toString();
  }

  private static CompiledService claim(String name, String clusterIp, long created) {
    Examples.ServiceBuilder builder =
        service().named(name).clusterIps(clusterIp).created(created).ports(http(30080));
    return new ServiceCompiler(CONTEXT).compile(builder.build(), List.of(slice("10.244.0.1")));
  }

  @Test
  void portsWithoutALocalEndpointAreCountedForEachPolicy() {
    LocalGap internal = new LocalGap(IpFamily.IPV4, LocalGap.Traffic.INTERNAL);
    LocalGap external = new LocalGap(IpFamily.IPV4, LocalGap.Traffic.EXTERNAL);
    Examples.ServiceBuilder both =
        service().ports(http(30080)).internal(TrafficPolicy.LOCAL).external(TrafficPolicy.LOCAL);
    table.put(new ServiceCompiler(CONTEXT).compile(both.build(), List.of(slice("10.244.1.1@b"))));
    table.put(
        new ServiceCompiler(CONTEXT)
            .compile(
                service().named("inside").internal(TrafficPolicy.LOCAL).build(),
                List.of(slice("10.244.1.1@b"))));
    assertThat(table.count(internal)).isEqualTo(2);
    assertThat(table.count(external)).isEqualTo(1);
    assertThat(table.count(new LocalGap(IpFamily.IPV6, LocalGap.Traffic.INTERNAL))).isZero();

    table.put(
        new ServiceCompiler(CONTEXT).compile(both.build(), List.of(slice("10.244.1.1@node-1"))));
    assertThat(table.count(internal)).isEqualTo(1);
    assertThat(table.count(external)).isZero();

    table.put(new ServiceCompiler(CONTEXT).compile(both.build(), List.of()));
    assertThat(table.count(external)).as("no endpoint anywhere").isZero();
    table.remove(new ObjectName("default", "inside"));
    assertThat(table.count(internal)).isZero();
  }

  @Test
  void servicesWithAHealthCheckNodePortAreKnown() {
    Examples.ServiceBuilder checked = loadBalancer("b", 31000);
    table.put(new ServiceCompiler(CONTEXT).compile(checked.build(), List.of()));
    table.put(new ServiceCompiler(CONTEXT).compile(loadBalancer("a", 31001).build(), List.of()));
    assertThat(table.healthChecked())
        .extracting(CompiledService::healthCheckNodePort)
        .containsExactly(31001, 31000);
    table.put(
        new ServiceCompiler(CONTEXT)
            .compile(checked.external(TrafficPolicy.CLUSTER).build(), List.of()));
    table.remove(new ObjectName("default", "a"));
    assertThat(table.healthChecked()).isEmpty();
  }

  private static Examples.ServiceBuilder loadBalancer(String name, int port) {
    return service().named(name).external(TrafficPolicy.LOCAL).healthCheckNodePort(port);
  }
}
