// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.compile.ForwardingSettings;
import dev.ferrule.rules.compile.ForwardingTable;
import dev.ferrule.rules.compile.NodeContext;
import dev.ferrule.rules.compile.NodePortAddresses;
import dev.ferrule.rules.compile.ServiceCompiler;
import dev.ferrule.rules.diff.DesiredChains;
import dev.ferrule.rules.diff.DesiredTable;
import dev.ferrule.rules.iptables.XtSettings;
import dev.ferrule.rules.iptables.XtState;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.PodInterface;
import dev.ferrule.rules.model.Protocol;
import dev.ferrule.rules.model.Service;
import dev.ferrule.rules.nftables.TableState;
import dev.ferrule.rules.testing.RandomServices;
import dev.ferrule.rules.trace.Connection;
import dev.ferrule.rules.trace.Outcome;
import dev.ferrule.rules.trace.Tracer;
import dev.ferrule.rules.trace.XtOutcome;
import dev.ferrule.rules.trace.XtTracer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Two ways to the same answer: from Services down, and from the kernel's rules up. */
class AgreementTest {

  private static final List<Cidr> SERVICE_CIDRS =
      List.of(Cidr.parse("10.96.0.0/24"), Cidr.parse("fd00:10:96::/112"));

  private static final List<String> SOURCES =
      List.of(
          "10.244.1.3",
          "10.244.1.5",
          "10.244.9.9",
          "192.168.0.2",
          "127.0.0.1",
          "192.0.2.7",
          "192.168.3.4",
          "8.8.8.8",
          "fd00:10:244::3",
          "2001:db8::1",
          "::1",
          "2001:db8:9::9");

  @Property(tries = 1000)
  void theForwardingTableAndTheRulesNeverDisagree(@ForAll long seed) {
    Random random = new Random(seed);
    RandomServices generate = new RandomServices(seed);
    ForwardingSettings settings = settings(random);
    NodeContext context = NodeContext.of(RandomServices.NODE, settings);
    ServiceCompiler compiler = new ServiceCompiler(context);
    ForwardingTable forwarding = new ForwardingTable();
    Map<ObjectName, KnownService> known = new HashMap<>();
    for (int i = 0; i < 6; i++) {
      ObjectName name = generate.name();
      Service service = generate.service(name);
      List<EndpointSlice> slices = generate.slices(name);
      forwarding.put(compiler.compile(service, slices));
      known.put(name, new KnownService(service, slices, false));
    }
    Explainer explainer = new Explainer(forwarding, context, SERVICE_CIDRS, known.values());
    Map<IpFamily, Tracer> tracers = new EnumMap<>(IpFamily.class);
    for (IpFamily family : IpFamily.values()) {
      TableState table =
          new DesiredTable(
                  family, context.podRanges().values(), settings.podInterface(), SERVICE_CIDRS)
              .build(forwarding.frontends());
      tracers.put(family, new Tracer(table, context::isNode, Map.of()));
    }
    for (Connection connection : connections(random, forwarding)) {
      Answer answer = explainer.answer(connection);
      Tracer tracer = tracers.get(connection.to().family());
      List<Outcome> outcomes = tracer == null ? List.of() : tracer.trace(connection);
      assertThat(Agreement.of(outcomes))
          .as("%s: %s", connection, answer)
          .isEqualTo(Agreement.of(answer));
      assertThat(answer.reasons()).isNotEmpty();
    }
  }

  @Property(tries = 500)
  void theForwardingTableAndChainsOfIptablesNeverDisagree(@ForAll long seed) {
    Random random = new Random(seed);
    RandomServices generate = new RandomServices(seed);
    ForwardingSettings settings = settings(random);
    NodeContext context = NodeContext.of(RandomServices.NODE, settings);
    ServiceCompiler compiler = new ServiceCompiler(context);
    ForwardingTable forwarding = new ForwardingTable();
    for (int i = 0; i < 6; i++) {
      ObjectName name = generate.name();
      forwarding.put(compiler.compile(generate.service(name), generate.slices(name)));
    }
    boolean localhost = random.nextBoolean();
    Explainer explainer =
        new Explainer(
            forwarding,
            context,
            SERVICE_CIDRS,
            List.of(),
            localhost ? RuleKind.IPTABLES_WITH_LOCALHOST : RuleKind.IPTABLES);
    Map<IpFamily, XtTracer> tracers = new EnumMap<>(IpFamily.class);
    for (IpFamily family : IpFamily.values()) {
      XtSettings xt =
          new XtSettings(
              context.podRanges().get(family), context.podInterface(), 14, true, localhost);
      XtState state = new DesiredChains(family, xt).build(forwarding.frontends());
      tracers.put(family, new XtTracer(state, context::isNode, list -> false));
    }
    for (Connection connection : connections(random, forwarding)) {
      Answer answer = explainer.answer(connection);
      XtTracer tracer = tracers.get(connection.to().family());
      List<Outcome> outcomes =
          tracer == null
              ? List.of()
              : tracer.trace(connection).stream().map(XtOutcome::outcome).toList();
      assertThat(Agreement.of(outcomes))
          .as("%s: %s", connection, answer)
          .isEqualTo(Agreement.of(answer));
    }
  }

  private static ForwardingSettings settings(Random random) {
    PodInterface podInterface =
        switch (random.nextInt(4)) {
          case 0 -> new PodInterface("cni0", false);
          case 1 -> new PodInterface("veth", true);
          default -> null;
        };
    List<Cidr> ranges =
        random.nextInt(4) == 0
            ? List.of()
            : List.of(Cidr.parse("10.244.0.0/16"), Cidr.parse("fd00:10:244::/64"));
    return new ForwardingSettings(
        NodePortAddresses.PRIMARY, ranges, false, podInterface, random.nextInt(4) == 0, false);
  }

  private static List<Connection> connections(Random random, ForwardingTable forwarding) {
    List<Connection> connections = new ArrayList<>();
    forwarding.frontends().stream()
        .sorted((a, b) -> a.key().compareTo(b.key()))
        .forEach(
            frontend -> {
              IpAddress to = frontend.key().address();
              add(connections, random, to, frontend.key().protocol(), frontend.key().port());
              add(connections, random, to, Protocol.TCP, 80 + random.nextInt(4));
            });
    for (String to :
        List.of(
            "10.96.0.77", "fd00:10:96::77", "192.168.0.2", "127.0.0.1", "10.244.1.3", "9.9.9.9")) {
      add(connections, random, IpAddress.parse(to), Protocol.TCP, 30_000 + random.nextInt(4));
    }
    return connections;
  }

  private static void add(
      List<Connection> connections, Random random, IpAddress to, Protocol protocol, int port) {
    List<String> interfaces = List.of("eth0", "cni0", "veth17");
    for (int i = 0; i < 3; i++) {
      IpAddress from = IpAddress.parse(SOURCES.get(random.nextInt(SOURCES.size())));
      String in = random.nextInt(4) == 0 ? null : interfaces.get(random.nextInt(3));
      if (from.family() == to.family()) {
        connections.add(new Connection(from, to, protocol, port, in));
      }
    }
  }
}
