// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import static dev.ferrule.rules.testing.Examples.CONTEXT;
import static dev.ferrule.rules.testing.Examples.http;
import static dev.ferrule.rules.testing.Examples.ip;
import static dev.ferrule.rules.testing.Examples.service;
import static dev.ferrule.rules.testing.Examples.slice;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.compile.ForwardingTable;
import dev.ferrule.rules.compile.Frontend;
import dev.ferrule.rules.compile.ServiceCompiler;
import dev.ferrule.rules.compile.Target;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.AffinityEntry;
import dev.ferrule.rules.nftables.RememberedClient;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ClientListsTest {

  private static final int SECONDS = 100;
  private static final IpAddress CLIENT = ip("203.0.113.1");
  private static final IpAddress OTHER = ip("203.0.113.2");

  private final ForwardingTable forwarding = new ForwardingTable();
  private final List<Frontend> frontends;
  private final Backend here;
  private final Backend there;

  ClientListsTest() {
    forwarding.put(
        new ServiceCompiler(CONTEXT)
            .compile(
                service().ports(http(30080)).affinity(SECONDS).build(),
                List.of(slice("10.244.1.2@node-1", "10.244.2.3@node-2"))));
    frontends =
        forwarding.frontends().stream().sorted(Comparator.comparing(Frontend::key)).toList();
    here = backends().get(0);
    there = backends().get(1);
  }

  private List<Backend> backends() {
    return ((Target.Balance) frontends.get(0).target()).backends();
  }

  @Test
  void aClientOfTwoFrontendsStaysWhereItWentLast() {
    assertThat(frontends).hasSizeGreaterThan(1);
    List<RememberedClient> clients =
        List.of(
            entry(frontends.get(0), CLIENT, here, 20_000),
            entry(frontends.get(1), CLIENT, there, 90_000),
            entry(frontends.get(0), OTHER, there, 30_000));
    assertThat(ClientLists.of(IpFamily.IPV4, clients, forwarding, CONTEXT))
        .isEqualTo(Map.of(list(there), List.of(OTHER, CLIENT)));
  }

  @Test
  void whoseEndpointIsGoneIsOnNoList() {
    RememberedClient client =
        entry(frontends.get(0), CLIENT, new Backend(ip("10.244.9.9"), 8080), 20_000);
    assertThat(ClientLists.of(IpFamily.IPV4, List.of(client), forwarding, CONTEXT)).isEmpty();
  }

  @Test
  void aListCountsForEachFrontendAndForWhatIsLeftOfTheTime() {
    List<RememberedClient> clients =
        remembered(Map.of(list(here), Map.of(CLIENT, 1_000L, OTHER, 100_000L)), 100);
    List<RememberedClient> expected =
        frontends.stream().map(frontend -> entry(frontend, CLIENT, here, 99_000)).toList();
    assertThat(clients).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(clients)
        .allSatisfy(
            client ->
                assertThat(AffinityEntry.parse(IpFamily.IPV4, client.key(), client.data()).client())
                    .isEqualTo(CLIENT));
  }

  @Test
  void onTwoListsTheFirstThatTheChainsAskForCounts() {
    List<RememberedClient> clients =
        remembered(
            Map.of(list(there), Map.of(CLIENT, 0L), list(here), Map.of(CLIENT, 50_000L)), 100);
    assertThat(clients).hasSameSizeAs(frontends);
    assertThat(clients).allMatch(client -> client.remainingMillis() == 50_000);
  }

  @Test
  void ofTooManyThoseAreKeptThatWereSeenLast() {
    Map<IpAddress, Long> many = new TreeMap<>();
    for (int i = 0; i < 50; i++) {
      many.put(CLIENT.plus(i), i * 1_000L);
    }
    List<RememberedClient> clients = remembered(Map.of(list(here), many), 10);
    assertThat(clients).hasSize(10);
    assertThat(clients).allMatch(client -> client.remainingMillis() > 90_000);
  }

  @Test
  void thereAndBackNothingIsLost() {
    Map<String, Map<IpAddress, Long>> lists =
        Map.of(list(here), Map.of(CLIENT, 1_000L), list(there), Map.of(OTHER, 2_000L));
    Map<String, List<IpAddress>> back =
        ClientLists.of(IpFamily.IPV4, remembered(lists, 100), forwarding, CONTEXT);
    assertThat(back).isEqualTo(Map.of(list(here), List.of(CLIENT), list(there), List.of(OTHER)));
    assertThat(ClientLists.names(IpFamily.IPV4, forwarding)).containsAll(back.keySet());
    assertThat(ClientLists.names(IpFamily.IPV6, forwarding)).isEmpty();
  }

  @Test
  void theListsAreThoseOfTheChains() {
    String chains =
        new ArrayList<>(
                PortChains.of(
                        new XtSettings(null, null, 14, true, false),
                        PortId.of(frontends.get(0)),
                        frontends)
                    .getOrDefault(XtTable.NAT, Map.of())
                    .values())
            .stream()
                .flatMap(chain -> chain.rules().stream())
                .map(rule -> XtText.of(IpFamily.IPV4, "X", rule))
                .collect(Collectors.joining("\n"));
    assertThat(ClientLists.names(IpFamily.IPV4, forwarding))
        .hasSize(2)
        .allMatch(name -> chains.contains("--set --name " + name + " "))
        .allMatch(name -> name.startsWith(ClientLists.PREFIX));
  }

  private List<RememberedClient> remembered(Map<String, Map<IpAddress, Long>> lists, int most) {
    return ClientLists.remembered(IpFamily.IPV4, lists, forwarding, CONTEXT, most);
  }

  private String list(Backend backend) {
    return ClientLists.name(PortId.of(frontends.get(0)), backend);
  }

  private static RememberedClient entry(
      Frontend frontend, IpAddress client, Backend backend, long left) {
    return new AffinityEntry(frontend.key(), client, backend).remembered(SECONDS * 1000L, left);
  }
}
