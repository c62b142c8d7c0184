// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.diff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.compile.CompiledService;
import dev.ferrule.rules.compile.ForwardingSettings;
import dev.ferrule.rules.compile.ForwardingTable;
import dev.ferrule.rules.compile.NodeContext;
import dev.ferrule.rules.compile.NodePortAddresses;
import dev.ferrule.rules.compile.ServiceCompiler;
import dev.ferrule.rules.iptables.XtAction;
import dev.ferrule.rules.iptables.XtChain;
import dev.ferrule.rules.iptables.XtMatch;
import dev.ferrule.rules.iptables.XtRule;
import dev.ferrule.rules.iptables.XtSettings;
import dev.ferrule.rules.iptables.XtState;
import dev.ferrule.rules.iptables.XtTable;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.Protocol;
import dev.ferrule.rules.model.Service;
import dev.ferrule.rules.testing.RandomServices;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whatever the way, the end is the same: incremental updates, full differences, a fresh start. */
class IncrementalChainsTest {

  private static final Cidr PODS = Cidr.parse("10.244.0.0/16");
  private static final NodeContext CONTEXT =
      NodeContext.of(
          RandomServices.NODE,
          new ForwardingSettings(NodePortAddresses.PRIMARY, List.of(PODS), false, false));

  private final Map<ObjectName, Service> services = new HashMap<>();
  private final Map<ObjectName, List<EndpointSlice>> slices = new HashMap<>();
  private final ServiceCompiler compiler = new ServiceCompiler(CONTEXT);

  @Property(tries = 300)
  void anySequenceOfChangesEndsLikeAFreshStart(@ForAll long seed) {
    services.clear();
    slices.clear();
    Random random = new Random(seed);
    RandomServices generate = new RandomServices(seed);
    ForwardingTable forwarding = new ForwardingTable();
    Map<IpFamily, DesiredChains> desired = new EnumMap<>(IpFamily.class);
    Map<IpFamily, InMemoryChains> kernels = new EnumMap<>(IpFamily.class);
    for (IpFamily family : IpFamily.values()) {
      DesiredChains chains = desired(family, null);
      InMemoryChains kernel = new InMemoryChains(family);
      kernel.commit(XtDiff.between(null, chains.build(forwarding.frontends())));
      desired.put(family, chains);
      kernels.put(family, kernel);
    }
    for (int step = 0; step < 12; step++) {
      List<ForwardingTable.Change> changes = change(random, generate, forwarding);
      boolean rangeComes = step == 6;
      desired.forEach(
          (family, chains) -> {
            Changes update =
                rangeComes ? chains.update(changes, range(family)) : chains.update(changes);
            XtScripts.of(family, update); // takes no chain twice
            Objects.requireNonNull(kernels.get(family)).commit(update);
          });
    }
    ForwardingTable fresh = new ForwardingTable();
    services.values().forEach(service -> fresh.put(compile(service)));
    kernels.forEach(
        (family, kernel) -> {
          XtState built = desired(family, range(family)).build(fresh.frontends());
          assertThat(kernel.state()).isEqualTo(built);
          assertThat(XtDiff.between(kernel.state(), built).list()).isEmpty();
        });
  }

  @Property(tries = 300)
  void applyingTheDifferenceOfTwoStatesToTheFirstGivesTheSecond(@ForAll long seed) {
    RandomServices generate = new RandomServices(seed);
    XtState from = randomState(generate);
    XtState to = randomState(generate);
    InMemoryChains kernel = new InMemoryChains(IpFamily.IPV4);
    kernel.commit(XtDiff.between(null, from));
    kernel.commit(XtDiff.between(from, to));
    assertThat(kernel.state()).isEqualTo(to);
    assertThat(XtDiff.between(to, to).list()).isEmpty();
  }

  @Test
  void strangersInOurChainsAndStrangeJumpsGo() {
    XtState desired = desired(IpFamily.IPV4, PODS).build(List.of());
    InMemoryChains kernel = new InMemoryChains(IpFamily.IPV4);
    kernel.commit(XtDiff.between(null, desired));
    XtChain masq =
        Objects.requireNonNull(
            Objects.requireNonNull(kernel.state().chains().get(XtTable.NAT))
                .get("FERRULE-POSTROUTING"));
    kernel.commit(
        new Changes(
            List.of(
                new Change.XtChainChanged(
                    IpFamily.IPV4,
                    XtTable.NAT,
                    masq,
                    new XtChain(
                        masq.name(), List.of(XtRule.of(new XtAction.Foreign("-j LOG"))))))));
    XtRule jump = Objects.requireNonNull(desired.jumps().get(XtTable.NAT)).get(0).rule();
    XtRule strange = XtRule.of(jump.action(), new XtMatch.ProtocolIs(Protocol.UDP));
    kernel.add(XtTable.NAT, "PREROUTING", jump); // a second time
    kernel.add(XtTable.NAT, "PREROUTING", strange);
    Changes repair = XtDiff.between(kernel.state(), desired);
    assertThat(repair.list()).hasSize(3);
    kernel.commit(repair);
    assertThat(XtDiff.between(kernel.state(), desired).list()).isEmpty();
  }

  private XtState randomState(RandomServices generate) {
    ForwardingTable forwarding = new ForwardingTable();
    for (int i = 0; i < 5; i++) {
      ObjectName name = generate.name();
      forwarding.put(compiler.compile(generate.service(name), generate.slices(name)));
    }
    return desired(IpFamily.IPV4, PODS).build(forwarding.frontends());
  }

  private List<ForwardingTable.Change> change(
      Random random, RandomServices generate, ForwardingTable forwarding) {
    ObjectName name = generate.name();
    if (random.nextInt(4) == 0) {
      services.remove(name);
      return forwarding.remove(name);
    }
    if (random.nextBoolean()) {
      slices.put(name, generate.slices(name));
    } else {
      services.put(name, generate.service(name));
    }
    Service service = services.get(name);
    return service == null ? List.of() : forwarding.put(compile(service));
  }

  private CompiledService compile(Service service) {
    return compiler.compile(service, slices.getOrDefault(service.name(), List.of()));
  }

  private static @Nullable Cidr range(IpFamily family) {
    return family == IpFamily.IPV4 ? PODS : null;
  }

  private static DesiredChains desired(IpFamily family, @Nullable Cidr podRange) {
    return new DesiredChains(family, new XtSettings(podRange, null, 14, true, true));
  }
}
