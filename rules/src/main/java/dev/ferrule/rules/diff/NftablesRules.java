// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.diff;

import dev.ferrule.rules.compile.ForwardingTable;
import dev.ferrule.rules.compile.Frontend;
import dev.ferrule.rules.compile.NodeContext;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.Counting;
import dev.ferrule.rules.nftables.TableState;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Our nftables tables. */
final class NftablesRules implements DesiredRules {

  private final Map<IpFamily, DesiredTable> tables = new EnumMap<>(IpFamily.class);

  NftablesRules(NodeContext context, Collection<Cidr> serviceCidrs, Counting counting) {
    for (IpFamily family : IpFamily.values()) {
      tables.put(
          family,
          new DesiredTable(
              family,
              context.podRanges().values(),
              context.podInterface(),
              serviceCidrs,
              counting));
    }
  }

  @Override
  public void load(List<ForwardingTable.Change> changes) {
    tables.values().forEach(table -> table.load(changes));
  }

  @Override
  public Map<IpFamily, Map<String, Integer>> elements() {
    Map<IpFamily, Map<String, Integer>> elements = new EnumMap<>(IpFamily.class);
    tables.forEach((family, table) -> elements.put(family, table.elements()));
    return elements;
  }

  @Override
  public Changes update(
      List<ForwardingTable.Change> changes,
      @Nullable NodeContext node,
      Collection<Cidr> serviceCidrs,
      Collection<Frontend> all) {
    Changes together = Changes.NONE;
    for (DesiredTable table : tables.values()) {
      Changes ofTable = table.update(changes);
      if (node != null) {
        ofTable = ofTable.and(table.updateRanges(node.podRanges().values(), serviceCidrs));
      }
      if (!table.hasRoomFor(ofTable)) {
        ofTable = written(table, "a set has no room left", all).and(ofTable);
      }
      together = together.and(ofTable);
    }
    return together;
  }

  @Override
  public Changes differenceTo(KernelState kernel, Collection<Frontend> all) {
    Changes together = Changes.NONE;
    for (Map.Entry<IpFamily, DesiredTable> table : tables.entrySet()) {
      TableState was = kernel.tables().get(table.getKey());
      together = together.and(difference(was, table.getValue(), all));
    }
    return together;
  }

  private static Changes difference(
      @Nullable TableState was, DesiredTable desired, Collection<Frontend> all) {
    Changes changes = TableDiff.between(was, desired.build(all));
    boolean written = changes.list().stream().anyMatch(Change.TableWritten.class::isInstance);
    if (was != null && !written) {
      desired.adoptSizes(was);
    }
    return changes;
  }

  @Override
  public Changes firstDifferenceTo(KernelState kernel, Collection<Frontend> all) {
    Changes together = Changes.NONE;
    for (Map.Entry<IpFamily, DesiredTable> table : tables.entrySet()) {
      TableState was = kernel.tables().get(table.getKey());
      together =
          together.and(
              was == null
                  ? written(table.getValue(), null, all)
                  : difference(was, table.getValue(), all));
    }
    return together;
  }

  @Override
  public KernelState state(Collection<Frontend> all) {
    Map<IpFamily, TableState> states = new EnumMap<>(IpFamily.class);
    tables.forEach((family, table) -> states.put(family, table.build(all)));
    return KernelState.ofTables(states);
  }

  @Override
  public Changes rewrite(KernelState kernel, Collection<Frontend> all, String reason) {
    Changes together = Changes.NONE;
    for (DesiredTable table : tables.values()) {
      together = together.and(written(table, reason, all));
    }
    return together;
  }

  private static Changes written(
      DesiredTable desired, @Nullable String reason, Collection<Frontend> all) {
    TableState state = desired.build(all);
    return new Changes(List.of(new Change.TableWritten(state.family(), reason, state)));
  }
}
