// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.plan;

import static dev.ferrule.rules.testing.Examples.http;
import static dev.ferrule.rules.testing.Examples.service;
import static dev.ferrule.rules.testing.Examples.slice;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.diff.Changes;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.diff.KernelState;
import dev.ferrule.rules.diff.NftScript;
import dev.ferrule.rules.model.Balancing;
import dev.ferrule.rules.model.CatalogChange;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.NodeObject;
import dev.ferrule.rules.model.Service;
import dev.ferrule.rules.model.TrafficPolicy;
import dev.ferrule.rules.testing.Examples;
import dev.ferrule.rules.testing.Golden;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the operator reads, and what nft would: each text is reviewed as a file. */
class PlanTextTest {

  private static final NodeObject NODE =
      new NodeObject("node-1", "zone-a", Examples.NODE.primaryAddresses(), List.of(), false);

  private final DesiredState state =
      new DesiredState(Examples.SETTINGS, "node-1", Examples.NODE.interfaceAddresses());

  @Test
  void firstPlanOfAnEmptyKernel() throws IOException {
    put(loadBalancer(), "10.244.0.1@node-1", "10.244.2.1@node-2");
    Changes changes = state.differenceTo(KernelState.NONE);
    Golden.check("first.plan", PlanText.of(plan(changes), false));
    Golden.check("first.nft", NftScript.of(changes.transaction()));
  }

  @Test
  void oneEndpointGone() throws IOException {
    put(loadBalancer(), "10.244.0.1@node-1", "10.244.2.1@node-2", "10.244.2.2@node-2");
    Changes changes = put(loadBalancer(), "10.244.0.1@node-1", "10.244.2.2@node-2");
    Golden.check("endpoint-gone.plan", PlanText.of(plan(changes), false));
    Golden.check("endpoint-gone.nft", NftScript.of(changes.transaction()));
  }

  @Test
  void lastEndpointGone() throws IOException {
    put(clusterIp(), "10.244.0.1");
    Golden.check("last-endpoint-gone.plan", PlanText.of(plan(put(clusterIp())), false));
  }

  @Test
  void firstEndpointComes() throws IOException {
    put(clusterIp());
    Changes changes = put(clusterIp(), "10.244.0.1");
    Golden.check("first-endpoint.plan", PlanText.of(plan(changes), false));
  }

  @Test
  void serviceGoneAsTheKernelsCommentsTell() throws IOException {
    put(loadBalancer(), "10.244.0.1@node-1");
    Changes changes = remove();
    Golden.check("service-gone.plan", PlanText.of(plan(changes), false));
  }

  @Test
  void weightChanged() throws IOException {
    put(clusterIp(), "10.244.0.1", "10.244.0.2");
    Balancing balancing = new Balancing(0, Map.of(IpAddress.parse("10.244.0.2"), 2));
    Changes changes = put(service().balancing(balancing).build(), "10.244.0.1", "10.244.0.2");
    Golden.check("weight-changed.plan", PlanText.of(plan(changes), false));
  }

  @Test
  void hashingSwitchedOn() throws IOException {
    put(clusterIp(), "10.244.0.1", "10.244.0.2");
    Balancing balancing = new Balancing(4, Map.of());
    Changes changes = put(service().balancing(balancing).build(), "10.244.0.1", "10.244.0.2");
    Golden.check("hashing-on.plan", PlanText.of(plan(changes), false));
  }

  @Test
  void affinitySwitchedOn() throws IOException {
    put(clusterIp(), "10.244.0.1");
    Changes changes = put(service().affinity(60).build(), "10.244.0.1");
    Golden.check("affinity-on.plan", PlanText.of(plan(changes), false));
    Golden.check("affinity-on.nft", NftScript.of(changes.transaction()));
  }

  @Test
  void nothingToDoSaysSo() {
    put(clusterIp(), "10.244.0.1");
    assertThat(PlanText.of(plan(put(clusterIp(), "10.244.0.1")), true))
        .isEqualTo("No changes: the kernel holds what is wanted.\n");
  }

  @Test
  void coloursMarkTheSignsOnATerminal() {
    Changes changes = put(clusterIp(), "10.244.0.1");
    assertThat(PlanText.of(plan(changes), true)).contains("\u001b[32m+ Service default/web");
  }

  private static Service clusterIp() {
    return service().build();
  }

  private static Service loadBalancer() {
    return service()
        .ports(http(30080))
        .ingress("1.2.3.4", false)
        .ranges("203.0.113.0/24")
        .external(TrafficPolicy.LOCAL)
        .affinity(10_800)
        .build();
  }

  private Changes put(Service service, String... endpoints) {
    EndpointSlice slice = slice(endpoints);
    return update(Optional.of(service), List.of(slice));
  }

  private Changes remove() {
    return update(Optional.empty(), List.of());
  }

  private Changes update(Optional<Service> service, List<EndpointSlice> slices) {
    return state
        .update(
            new CatalogChange(
                Map.of(Examples.WEB, service),
                Map.of(Examples.WEB, slices),
                NODE,
                List.of(Cidr.parse("10.96.0.0/12"))))
        .changes();
  }

  private Plan plan(Changes changes) {
    return Planner.plan(changes, state.forwarding());
  }
}
