// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.compile;

import static dev.ferrule.rules.testing.Examples.CONTEXT;
import static dev.ferrule.rules.testing.Examples.endpoint;
import static dev.ferrule.rules.testing.Examples.http;
import static dev.ferrule.rules.testing.Examples.ip;
import static dev.ferrule.rules.testing.Examples.service;
import static dev.ferrule.rules.testing.Examples.slice;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.Endpoint;
import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.Protocol;
import dev.ferrule.rules.model.Service;
import dev.ferrule.rules.model.ServicePort;
import dev.ferrule.rules.model.TrafficPolicy;
import dev.ferrule.rules.testing.Examples;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ServiceCompilerTest {

  private static final ServiceCompiler COMPILER = new ServiceCompiler(CONTEXT);

  @Test
  void everyAddressOfAServiceIsAFrontend() {
    CompiledService compiled =
        compile(
            service().ports(http(30080)).externalIps("203.0.113.9").ingress("1.2.3.4", false),
            slice("10.244.0.1"));
    assertThat(compiled.frontends())
        .extracting(frontend -> frontend.kind().text() + " " + frontend.key())
        .containsExactlyInAnyOrder(
            "ClusterIP 10.96.0.10:80/tcp",
            "LoadBalancer 1.2.3.4:80/tcp",
            "ExternalIP 203.0.113.9:80/tcp",
            "NodePort 192.168.0.2:30080/tcp");
  }

  @Test
  void aLoadBalancerAddressInProxyModeGetsNoRule() {
    assertThat(compile(service().ingress("1.2.3.4", true), slice("10.244.0.1")).frontends())
        .extracting(frontend -> frontend.key().toString())
        .containsExactly("10.96.0.10:80/tcp");
  }

  @Test
  void aServiceOfOneFamilyOpensNothingInTheOther() {
    assertThat(
            compile(service().ports(http(30080)).externalIps("2001:db8::9"), slice("10.244.0.1"))
                .frontends())
        .allMatch(frontend -> frontend.key().address().family() == IpFamily.IPV4);
  }

  @Test
  void eachFamilyGetsItsOwnEndpoints() {
    CompiledService compiled =
        compile(
            service().clusterIps("10.96.0.10", "fd00:10:96::10"),
            slice("10.244.0.1"),
            slice("fd00:10:244::1"));
    assertThat(backends(compiled, "10.96.0.10")).containsExactly("10.244.0.1:8080");
    assertThat(backends(compiled, "fd00:10:96::10")).containsExactly("[fd00:10:244::1]:8080");
  }

  @Test
  void withoutUsableEndpointEveryAddressRejectsWhateverThePolicy() {
    CompiledService compiled =
        compile(
            service().ports(http(30080)).external(TrafficPolicy.LOCAL),
            slice(List.of(endpoint("10.244.0.1", false, true, false, "node-1"))));
    assertThat(compiled.frontends())
        .hasSize(2)
        .allMatch(frontend -> frontend.target() instanceof Target.Reject)
        .allMatch(frontend -> frontend.outsiders() == null);
  }

  @Test
  void aPortWithoutAMatchingSlicePortIsRejectedAndTheOthersWork() {
    Service twoPorts =
        service().ports(http(0), new ServicePort("other", Protocol.TCP, 406, "x", 0)).build();
    CompiledService compiled = COMPILER.compile(twoPorts, List.of(slice("10.244.0.1")));
    assertThat(compiled.frontends())
        .extracting(
            frontend -> frontend.key().port() + " " + frontend.target().getClass().getSimpleName())
        .containsExactly("80 Balance", "406 Reject");
  }

  @Test
  void localExternalPolicySplitsOutsidersFromPodsAndTheNode() {
    Frontend nodePort =
        frontend(
            compile(
                service().ports(http(30080)).external(TrafficPolicy.LOCAL),
                slice("10.244.0.1@node-1", "10.244.2.1@node-2")),
            "192.168.0.2");
    assertThat(backends(nodePort.target())).containsExactly("10.244.0.1:8080", "10.244.2.1:8080");
    assertThat(backends(nodePort.outsiders())).containsExactly("10.244.0.1:8080");
    assertThat(nodePort.masquerade()).isEqualTo(Masquerade.THE_NODE);
  }

  @Test
  void localPolicyWithEndpointsOnlyElsewhereDrops() {
    CompiledService compiled =
        compile(
            service()
                .ports(http(30080))
                .external(TrafficPolicy.LOCAL)
                .internal(TrafficPolicy.LOCAL),
            slice("10.244.2.1@node-2"));
    assertThat(frontend(compiled, "10.96.0.10").target()).isInstanceOf(Target.Drop.class);
    assertThat(frontend(compiled, "192.168.0.2").outsiders()).isInstanceOf(Target.Drop.class);
    assertThat(backends(frontend(compiled, "192.168.0.2").target()))
        .containsExactly("10.244.2.1:8080");
  }

  @Test
  void terminatingEndpointsServeOnlyWhenNoneIsReady() {
    Endpoint ready = endpoint("10.244.2.1", true, true, false, "node-2");
    Endpoint draining = endpoint("10.244.0.1", false, true, true, "node-1");
    Endpoint dead = endpoint("10.244.0.2", false, false, true, "node-1");
    Service local = service().ports(http(30080)).external(TrafficPolicy.LOCAL).build();
    CompiledService mixed = COMPILER.compile(local, List.of(slice(List.of(ready, draining, dead))));
    assertThat(backends(mixed, "10.96.0.10")).containsExactly("10.244.2.1:8080");
    assertThat(backends(frontend(mixed, "192.168.0.2").outsiders()))
        .containsExactly("10.244.0.1:8080");
    CompiledService last = COMPILER.compile(local, List.of(slice(List.of(draining, dead))));
    assertThat(backends(last, "10.96.0.10")).containsExactly("10.244.0.1:8080");
  }

  @Test
  void zoneHintsCountOnlyIfEveryReadyEndpointHasOne() {
    Endpoint here = hinted("10.244.0.1", Set.of("zone-a"), Set.of());
    Endpoint there = hinted("10.244.0.2", Set.of("zone-b"), Set.of());
    Endpoint nowhere = hinted("10.244.0.3", Set.of(), Set.of());
    assertThat(clusterIp(here, there)).containsExactly("10.244.0.1:8080");
    assertThat(clusterIp(there)).containsExactly("10.244.0.2:8080");
    assertThat(clusterIp(here, there, nowhere)).hasSize(3);
  }

  @Test
  void nodeHintsComeBeforeZoneHints() {
    Endpoint here = hinted("10.244.0.1", Set.of("zone-a"), Set.of("node-1"));
    Endpoint zone = hinted("10.244.0.2", Set.of("zone-a"), Set.of("node-2"));
    Endpoint far = hinted("10.244.0.3", Set.of("zone-b"), Set.of("node-3"));
    assertThat(clusterIp(here, zone, far)).containsExactly("10.244.0.1:8080");
    assertThat(clusterIp(zone, far)).containsExactly("10.244.0.2:8080");
  }

  @Test
  void oneEndpointInTwoSlicesIsOneAndLocalIfEitherCopyIs() {
    EndpointSlice remote = slice("10.244.0.1");
    EndpointSlice local =
        new EndpointSlice(
            new ObjectName("default", "web-a"),
            Examples.WEB,
            remote.family(),
            remote.ports(),
            List.of(Endpoint.ready(ip("10.244.0.1"), "node-1")));
    CompiledService compiled = compile(service().internal(TrafficPolicy.LOCAL), remote, local);
    assertThat(backends(compiled, "10.96.0.10")).containsExactly("10.244.0.1:8080");
  }

  @Test
  void sourceRangesGuardLoadBalancerAddressesOnly() {
    CompiledService compiled =
        compile(
            service()
                .ports(http(30080))
                .externalIps("203.0.113.9")
                .ingress("1.2.3.4", false)
                .ranges("192.168.0.0/24", "2001:db8::/32"),
            slice("10.244.0.1"));
    assertThat(frontend(compiled, "1.2.3.4").allowedSources())
        .containsExactly(Cidr.parse("1.2.3.4/32"), Cidr.parse("192.168.0.0/24"));
    assertThat(frontend(compiled, "203.0.113.9").allowedSources()).isNull();
    assertThat(frontend(compiled, "192.168.0.2").allowedSources()).isNull();
  }

  @Test
  void rangesOfTheOtherFamilyRestrictNothing() {
    CompiledService compiled =
        compile(service().ingress("1.2.3.4", false).ranges("2001:db8::/32"), slice("10.244.0.1"));
    assertThat(frontend(compiled, "1.2.3.4").allowedSources()).isNull();
  }

  @Test
  void healthCheckCountsAPodWithTwoAddressesOnce() {
    CompiledService compiled =
        compile(
            service()
                .clusterIps("10.96.0.10", "fd00:10:96::10")
                .external(TrafficPolicy.LOCAL)
                .healthCheckNodePort(32000),
            slice("10.244.0.1@node-1", "10.244.2.1@node-2"),
            slice("fd00:10:244::1@node-1"));
    assertThat(compiled.healthCheckNodePort()).isEqualTo(32000);
    assertThat(compiled.localEndpoints()).isEqualTo(1);
  }

  @Test
  void headlessServicesHaveNoFrontends() {
    assertThat(compile(service().clusterIps(), slice("10.244.0.1")).frontends()).isEmpty();
  }

  @Test
  void clusterIpIsMasqueradedForNonPodsOnlyIfPodsAreKnown() {
    assertThat(frontend(compile(service(), slice("10.244.0.1")), "10.96.0.10").masquerade())
        .isEqualTo(Masquerade.ALL_BUT_PODS);
    NodeContext blind = NodeContext.of(Examples.NODE, ForwardingSettings.DEFAULT);
    Frontend unknown =
        frontend(
            new ServiceCompiler(blind).compile(service().build(), List.of(slice("10.244.0.1"))),
            "10.96.0.10");
    assertThat(unknown.masquerade()).isEqualTo(Masquerade.NOBODY);
  }

  private static Endpoint hinted(String address, Set<String> zones, Set<String> nodes) {
    return new Endpoint(ip(address), true, true, false, null, zones, nodes);
  }

  private static List<String> clusterIp(Endpoint... endpoints) {
    return backends(compile(service(), slice(List.of(endpoints))), "10.96.0.10");
  }

  private static CompiledService compile(Examples.ServiceBuilder service, EndpointSlice... slices) {
    return COMPILER.compile(service.build(), List.of(slices));
  }

  private static Frontend frontend(CompiledService service, String address) {
    return service.frontends().stream()
        .filter(frontend -> frontend.key().address().equals(ip(address)))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> backends(CompiledService service, String address) {
    return backends(frontend(service, address).target());
  }

  private static List<String> backends(@Nullable Target target) {
    assertThat(target).isInstanceOf(Target.Balance.class);
    return target instanceof Target.Balance balance
        ? balance.backends().stream().map(Backend::toString).toList()
        : List.of();
  }
}
