// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import static dev.ferrule.rules.testing.Examples.CONTEXT;
import static dev.ferrule.rules.testing.Examples.http;
import static dev.ferrule.rules.testing.Examples.ip;
import static dev.ferrule.rules.testing.Examples.service;
import static dev.ferrule.rules.testing.Examples.slice;

import dev.ferrule.rules.compile.ForwardingSettings;
import dev.ferrule.rules.compile.ForwardingTable;
import dev.ferrule.rules.compile.NodeContext;
import dev.ferrule.rules.compile.NodePortAddresses;
import dev.ferrule.rules.compile.ServiceCompiler;
import dev.ferrule.rules.diff.DesiredChains;
import dev.ferrule.rules.model.Balancing;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.PodInterface;
import dev.ferrule.rules.model.Protocol;
import dev.ferrule.rules.model.Service;
import dev.ferrule.rules.model.ServicePort;
import dev.ferrule.rules.model.TrafficPolicy;
import dev.ferrule.rules.testing.Examples;
import dev.ferrule.rules.testing.Golden;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The chains of one Service each, as iptables-save shows them. */
class ChainsTextTest {

  private static final XtSettings SETTINGS =
      new XtSettings(Cidr.parse("10.244.0.0/16"), null, 14, true, true);
  private static final EndpointSlice TWO = slice("10.244.1.2@node-1", "10.244.2.3@node-2");
  private static final EndpointSlice ELSEWHERE = slice("10.244.2.3@node-2");

  @Test
  void withoutServices() throws IOException {
    check("empty", SETTINGS);
  }

  @Test
  void withoutServicesOfIpv6() throws IOException {
    DesiredChains chains =
        new DesiredChains(IpFamily.IPV6, new XtSettings(null, null, 14, false, true));
    Golden.check("iptables/empty-ip6.txt", text(chains.build(List.of())));
  }

  @Test
  void aClusterIp() throws IOException {
    check("cluster-ip", SETTINGS, service().build(), TWO);
  }

  @Test
  void aNodePortWithPodsOnAnInterface() throws IOException {
    XtSettings settings = new XtSettings(null, new PodInterface("veth", true), 14, true, false);
    check("node-port", settings, service().ports(http(30080)).build(), TWO);
  }

  @Test
  void aLoadBalancerForSomeSources() throws IOException {
    Service service =
        service().ingress("198.51.100.1", false).ranges("192.0.2.0/24", "192.168.0.0/16").build();
    check("load-balancer", SETTINGS, service, TWO);
  }

  @Test
  void anExternalPolicyOfLocal() throws IOException {
    Service service = service().ports(http(30080)).external(TrafficPolicy.LOCAL).build();
    check("external-local", SETTINGS, service, TWO);
    check("external-local-elsewhere", SETTINGS, service, ELSEWHERE);
  }

  @Test
  void anInternalPolicyOfLocal() throws IOException {
    Service service = service().internal(TrafficPolicy.LOCAL).build();
    check("internal-local", SETTINGS, service, TWO);
    check("internal-local-elsewhere", SETTINGS, service, ELSEWHERE);
  }

  /** Both mark everybody, but lead elsewhere. */
  @Test
  void twoPoliciesOfOnePort() throws IOException {
    NodeContext context =
        NodeContext.of(
            Examples.NODE,
            new ForwardingSettings(NodePortAddresses.PRIMARY, List.of(), false, true));
    Service service = service().ports(http(30080)).internal(TrafficPolicy.LOCAL).build();
    ForwardingTable forwarding = new ForwardingTable();
    forwarding.put(new ServiceCompiler(context).compile(service, List.of(TWO)));
    check("two-policies", new XtSettings(null, null, 14, true, false), forwarding);
  }

  @Test
  void affinityAndWeights() throws IOException {
    Balancing weights = new Balancing(0, Map.of(ip("10.244.1.2"), 3));
    check("affinity", SETTINGS, service().affinity(10_800).balancing(weights).build(), TWO);
  }

  @Test
  void noEndpoints() throws IOException {
    Service service =
        service()
            .ingress("198.51.100.1", false)
            .ranges("192.0.2.0/24")
            .ports(http(30080), new ServicePort("dns", Protocol.UDP, 53, "53", 0))
            .build();
    check("no-endpoints", SETTINGS, service);
  }

  private static void check(String name, XtSettings settings, Service service, EndpointSlice... of)
      throws IOException {
    ForwardingTable forwarding = new ForwardingTable();
    forwarding.put(new ServiceCompiler(CONTEXT).compile(service, List.of(of)));
    check(name, settings, forwarding);
  }

  private static void check(String name, XtSettings settings) throws IOException {
    check(name, settings, new ForwardingTable());
  }

  private static void check(String name, XtSettings settings, ForwardingTable forwarding)
      throws IOException {
    DesiredChains chains = new DesiredChains(IpFamily.IPV4, settings);
    String constant = text(chains.build(List.of()));
    String text = text(chains.build(forwarding.frontends()));
    boolean empty = forwarding.frontends().isEmpty();
    Golden.check("iptables/" + name + ".txt", empty ? constant : without(text, constant));
  }

  /** What is always there stands in a golden file of its own. */
  private static String without(String text, String constant) {
    List<String> known = constant.lines().filter(line -> !line.startsWith("*")).toList();
    return text.lines()
        .filter(line -> !known.contains(line))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static String text(XtState state) {
    StringBuilder text = new StringBuilder();
    for (XtTable table : List.of(XtTable.FILTER, XtTable.NAT)) {
      text.append('*').append(table.text()).append('\n');
      state
          .jumps()
          .getOrDefault(table, List.of())
          .forEach(
              jump ->
                  text.append(XtText.of(state.family(), jump.builtin(), jump.rule())).append('\n'));
      state
          .chains()
          .getOrDefault(table, Map.of())
          .values()
          .forEach(
              chain -> {
                text.append(':').append(chain.name()).append('\n');
                chain
                    .rules()
                    .forEach(
                        rule ->
                            text.append(XtText.of(state.family(), chain.name(), rule))
                                .append('\n'));
              });
    }
    return text.toString();
  }
}
