// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.compile;

import static dev.ferrule.rules.testing.Examples.CONTEXT;
import static dev.ferrule.rules.testing.Examples.service;
import static dev.ferrule.rules.testing.Examples.slice;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.model.Balancing;
import dev.ferrule.rules.model.Endpoint;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.TrafficPolicy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Weights and hashing, as annotations ask for them. */
final class BalancingTest {

  @Test
  void weightsAreReducedToTheFewestSlots() {
    Target.Balance balance = balance(Balancing.EVEN, weighted(1, 20), weighted(2, 30));
    assertThat(balance.weights()).containsExactly(2, 3);
    assertThat(balance.slotCount()).isEqualTo(5);
    assertThat(balance.slots())
        .extracting(backend -> backend.address().toString())
        .containsExactly("10.244.0.1", "10.244.0.1", "10.244.0.2", "10.244.0.2", "10.244.0.2");
  }

  @Test
  void equalWeightsCostNothing() {
    Target.Balance balance = balance(Balancing.EVEN, weighted(1, 7), weighted(2, 7));
    assertThat(balance.weights()).isEmpty();
    assertThat(balance.slotCount()).isEqualTo(2);
  }

  @Test
  void anEndpointOfWeightZeroGetsNothing() {
    assertThat(balance(Balancing.EVEN, weighted(1, 0), weighted(2, 1)).backends())
        .extracting(backend -> backend.address().toString())
        .containsExactly("10.244.0.2");
  }

  @Test
  void aServiceWhoseEndpointsAllHaveWeightZeroRefuses() {
    CompiledService compiled = compile(Balancing.EVEN, weighted(1, 0));
    assertThat(compiled.frontends().get(0).target()).isInstanceOf(Target.Reject.class);
  }

  @Test
  void aNodeWhoseOnlyEndpointHasWeightZeroTellsLoadBalancersToStayAway() {
    CompiledService compiled =
        new ServiceCompiler(CONTEXT)
            .compile(
                service().external(TrafficPolicy.LOCAL).healthCheckNodePort(31000).build(),
                List.of(slice(List.of(weighted(1, 0)))));
    assertThat(compiled.localEndpoints()).isZero();
  }

  @Test
  void theServicesWordCountsBeforeTheSlices() {
    Balancing balancing = new Balancing(0, Map.of(IpAddress.parse("10.244.0.1"), 3));
    assertThat(balance(balancing, weighted(1, 0), weighted(2, 1)).weights()).containsExactly(3, 1);
  }

  @Test
  void sharesOfVeryManyEndpointsFitIntoTheKernel() {
    List<Endpoint> endpoints = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      String address = "10.200." + i / 250 + "." + (1 + i % 250);
      endpoints.add(endpoint(address, i % 2 == 0 ? 99 : 100));
    }
    Target.Balance balance = balance(Balancing.EVEN, endpoints.toArray(Endpoint[]::new));
    assertThat(balance.slotCount()).isBetween(10_000, 75_000);
    assertThat(balance.slots()).containsAll(balance.backends());
  }

  @Test
  void aTableSmallerThanTheEndpointsGrows() {
    Endpoint[] endpoints = new Endpoint[40];
    for (int i = 0; i < endpoints.length; i++) {
      endpoints[i] = weighted(i + 1, 1);
    }
    assertThat(balance(new Balancing(16, Map.of()), endpoints).slotCount()).isEqualTo(64);
  }

  @Test
  void hashingFollowsWeights() {
    Target.Balance balance = balance(new Balancing(1024, Map.of()), weighted(1, 1), weighted(2, 4));
    assertThat(balance.slots()).hasSize(1024);
    assertThat(Collections.frequency(balance.slots(), balance.backends().get(1)))
        .isBetween(740, 900);
  }

  private static Endpoint weighted(int host, int weight) {
    return endpoint("10.244.0." + host, weight);
  }

  private static Endpoint endpoint(String address, int weight) {
    return new Endpoint(
        IpAddress.parse(address), true, true, false, "node-1", Set.of(), Set.of(), weight);
  }

  private static CompiledService compile(Balancing balancing, Endpoint... endpoints) {
    return new ServiceCompiler(CONTEXT)
        .compile(service().balancing(balancing).build(), List.of(slice(List.of(endpoints))));
  }

  private static Target.Balance balance(Balancing balancing, Endpoint... endpoints) {
    return (Target.Balance) compile(balancing, endpoints).frontends().get(0).target();
  }
}
