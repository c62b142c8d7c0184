// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.diff;

import static dev.ferrule.rules.testing.Examples.ip;
import static dev.ferrule.rules.testing.Examples.service;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.compile.FrontendKey;
import dev.ferrule.rules.compile.TrackedPort;
import dev.ferrule.rules.model.CatalogChange;
import dev.ferrule.rules.model.Endpoint;
import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.Protocol;
import dev.ferrule.rules.model.Service;
import dev.ferrule.rules.model.ServicePort;
import dev.ferrule.rules.testing.Examples;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What an update tells about connections that are made already. */
class TrackedChangesTest {

  private static final ServicePort DNS = new ServicePort("dns", Protocol.UDP, 53, "5353", 0);
  private static final FrontendKey CLUSTER_IP = new FrontendKey(ip("10.96.0.10"), Protocol.UDP, 53);

  private final DesiredState state =
      new DesiredState(Examples.SETTINGS, "node-1", List.of(ip("192.168.0.2")));

  @Test
  void aServiceIsToldWhenItsUdpPortsOrWhatServesThemAreDifferent() {
    assertThat(put(DNS).tracked()).containsOnlyKeys(Examples.WEB);
    assertThat(endpoints(true).tracked()).containsOnlyKeys(Examples.WEB);
    assertThat(endpoints(true).tracked()).as("the same again").isEmpty();
    DesiredState.Update ending = endpoints(false);
    assertThat(ending.tracked().get(Examples.WEB))
        .singleElement()
        .extracting(TrackedPort::endpoints)
        .isEqualTo(List.of());
    assertThat(remove().tracked()).isEqualTo(Map.of(Examples.WEB, List.of()));
  }

  @Test
  void ofTcpNothingIsTold() {
    assertThat(put(Examples.http(0)).tracked()).isEmpty();
    assertThat(endpoints(true).tracked()).isEmpty();
    assertThat(remove().tracked()).isEmpty();
  }

  @Test
  void aUdpFrontendLeavesWithItsService() {
    put(DNS, Examples.http(0));
    endpoints(true);
    assertThat(LeftFrontends.of(remove().changes()))
        .isEqualTo(Map.of(CLUSTER_IP, "default/web:dns"));
  }

  @Test
  void aUdpFrontendWithoutEndpointsLeavesWithItsService() {
    put(DNS);
    assertThat(LeftFrontends.of(remove().changes())).containsOnlyKeys(CLUSTER_IP);
  }

  @Test
  void whatAnEarlierRunLeftInTheKernelIsFound() {
    put(DNS);
    endpoints(true);
    KernelState kernel = state.wanted();
    DesiredState restarted = new DesiredState(Examples.SETTINGS, "node-1", List.of());
    assertThat(LeftFrontends.of(restarted.differenceTo(kernel))).containsOnlyKeys(CLUSTER_IP);
    assertThat(LeftFrontends.of(restarted.firstDifferenceTo(kernel))).containsOnlyKeys(CLUSTER_IP);
    assertThat(LeftFrontends.of(restarted.differenceTo(KernelState.NONE))).isEmpty();
  }

  private DesiredState.Update put(ServicePort... ports) {
    return services(Optional.of(service().ports(ports).build()));
  }

  private DesiredState.Update remove() {
    return services(Optional.empty());
  }

  private DesiredState.Update services(Optional<Service> web) {
    return state.update(new CatalogChange(Map.of(Examples.WEB, web), Map.of(), null, List.of()));
  }

  private DesiredState.Update endpoints(boolean serving) {
    Endpoint endpoint =
        new Endpoint(ip("10.244.0.1"), serving, serving, !serving, "node-1", Set.of(), Set.of());
    EndpointSlice slice =
        new EndpointSlice(
            new ObjectName("default", "slice"),
            Examples.WEB,
            IpFamily.IPV4,
            List.of(
                new EndpointSlice.Port("dns", Protocol.UDP, 5353),
                new EndpointSlice.Port("http", Protocol.TCP, 8080)),
            List.of(endpoint));
    return state.update(
        new CatalogChange(Map.of(), Map.of(Examples.WEB, List.of(slice)), null, List.of()));
  }
}
