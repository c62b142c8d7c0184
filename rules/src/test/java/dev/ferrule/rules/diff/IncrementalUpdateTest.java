// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.diff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.compile.CompiledService;
import dev.ferrule.rules.compile.ForwardingSettings;
import dev.ferrule.rules.compile.ForwardingTable;
import dev.ferrule.rules.compile.NodeContext;
import dev.ferrule.rules.compile.NodePortAddresses;
import dev.ferrule.rules.compile.ServiceCompiler;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.Service;
import dev.ferrule.rules.nftables.TableState;
import dev.ferrule.rules.testing.RandomServices;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever the way, the end is the same: incremental updates, full differences, a fresh start. */
class IncrementalUpdateTest {

  private static final ForwardingSettings SETTINGS =
      new ForwardingSettings(
          NodePortAddresses.PRIMARY, List.of(Cidr.parse("10.244.0.0/16")), false, false);
  private static final NodeContext CONTEXT = NodeContext.of(RandomServices.NODE, SETTINGS);

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
    InMemoryTables kernel = new InMemoryTables();
    Map<IpFamily, DesiredTable> tables = new HashMap<>();
    for (IpFamily family : IpFamily.values()) {
      DesiredTable table = desired(family);
      tables.put(family, table);
      TableState empty = table.build(forwarding.frontends());
      kernel.commit(TableDiff.between(null, empty).transaction());
    }
    for (int step = 0; step < 12; step++) {
      List<ForwardingTable.Change> changes = change(random, generate, forwarding);
      for (IpFamily family : IpFamily.values()) {
        Changes update = Objects.requireNonNull(tables.get(family)).update(changes);
        kernel.commit(update.transaction());
      }
    }
    ForwardingTable fresh = new ForwardingTable();
    services.values().forEach(service -> fresh.put(compile(service)));
    assertThat(forwarding.frontends()).containsExactlyInAnyOrderElementsOf(fresh.frontends());
    for (IpFamily family : IpFamily.values()) {
      TableState built = desired(family).build(fresh.frontends());
      assertThat(kernel.state(family)).isEqualTo(built);
      assertThat(TableDiff.between(kernel.state(family), built).list()).isEmpty();
    }
  }

  @Property(tries = 300)
  void aPictureThatIsLoadedInPartsIsBuiltLikeAFreshOne(@ForAll long seed) {
    services.clear();
    slices.clear();
    Random random = new Random(seed);
    RandomServices generate = new RandomServices(seed);
    for (IpFamily family : IpFamily.values()) {
      ForwardingTable forwarding = new ForwardingTable();
      DesiredTable table = desired(family);
      for (int part = 0; part < 6; part++) {
        table.load(change(random, generate, forwarding));
      }
      InMemoryTables kernel = new InMemoryTables();
      TableState loaded = table.build(forwarding.frontends());
      assertThat(loaded).isEqualTo(desired(family).build(forwarding.frontends()));
      kernel.commit(TableDiff.between(null, loaded).transaction());
      kernel.commit(table.update(change(random, generate, forwarding)).transaction());
      assertThat(kernel.state(family)).isEqualTo(desired(family).build(forwarding.frontends()));
      services.clear();
      slices.clear();
    }
  }

  @Property(tries = 300)
  void applyingTheDifferenceOfTwoStatesToTheFirstGivesTheSecond(@ForAll long seed) {
    RandomServices generate = new RandomServices(seed);
    TableState from = randomState(generate);
    TableState to = randomState(generate);
    InMemoryTables kernel = new InMemoryTables();
    kernel.commit(TableDiff.between(null, from).transaction());
    kernel.commit(TableDiff.between(from, to).transaction());
    assertThat(kernel.state(IpFamily.IPV4)).isEqualTo(to);
    assertThat(TableDiff.between(to, to).list()).isEmpty();
  }

  private TableState randomState(RandomServices generate) {
    ForwardingTable forwarding = new ForwardingTable();
    for (int i = 0; i < 5; i++) {
      ObjectName name = generate.name();
      forwarding.put(compiler.compile(generate.service(name), generate.slices(name)));
    }
    return desired(IpFamily.IPV4).build(forwarding.frontends());
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

  private static DesiredTable desired(IpFamily family) {
    return new DesiredTable(
        family,
        SETTINGS.podRanges(),
        null,
        List.of(Cidr.parse("10.96.0.0/16"), Cidr.parse("fd00:10:96::/112")));
  }
}
