// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.diff;

import dev.ferrule.rules.compile.ForwardingTable;
import dev.ferrule.rules.compile.Frontend;
import dev.ferrule.rules.compile.NodeContext;
import dev.ferrule.rules.iptables.XtChain;
import dev.ferrule.rules.iptables.XtSettings;
import dev.ferrule.rules.iptables.XtState;
import dev.ferrule.rules.iptables.XtTable;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpFamily;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Our chains in the tables of iptables. */
final class IptablesRules implements DesiredRules {

  private final Map<IpFamily, DesiredChains> families = new EnumMap<>(IpFamily.class);

  IptablesRules(Rendering.Iptables rendering, NodeContext context) {
    for (IpFamily family : IpFamily.values()) {
      XtSettings settings =
          new XtSettings(
              context.podRanges().get(family),
              context.podInterface(),
              rendering.masqueradeBit(),
              rendering.dropInvalid(),
              rendering.localhostNodePorts());
      families.put(family, new DesiredChains(family, settings));
    }
  }

  @Override
  public Changes update(
      List<ForwardingTable.Change> changes,
      @Nullable NodeContext node,
      Collection<Cidr> serviceCidrs,
      Collection<Frontend> all) {
    Changes together = Changes.NONE;
    for (Map.Entry<IpFamily, DesiredChains> family : families.entrySet()) {
      DesiredChains chains = family.getValue();
      together =
          together.and(
              node == null
                  ? chains.update(changes)
                  : chains.update(changes, node.podRanges().get(family.getKey())));
    }
    return together;
  }

  @Override
  public Changes differenceTo(KernelState kernel, Collection<Frontend> all) {
    Changes together = Changes.NONE;
    for (Map.Entry<IpFamily, DesiredChains> family : families.entrySet()) {
      XtState held = kernel.chains().get(family.getKey());
      together = together.and(XtDiff.between(held, family.getValue().build(all)));
    }
    return together;
  }

  @Override
  public Changes firstDifferenceTo(KernelState kernel, Collection<Frontend> all) {
    return differenceTo(kernel, all);
  }

  @Override
  public KernelState state(Collection<Frontend> all) {
    Map<IpFamily, XtState> states = new EnumMap<>(IpFamily.class);
    families.forEach((family, chains) -> states.put(family, chains.build(all)));
    return KernelState.ofChains(states);
  }

  @Override
  public Changes rewrite(KernelState kernel, Collection<Frontend> all, String reason) {
    Map<IpFamily, XtState> emptied = new EnumMap<>(IpFamily.class);
    kernel.chains().forEach((family, held) -> emptied.put(family, emptied(held)));
    return differenceTo(KernelState.ofChains(emptied), all);
  }

  /** With chains as if nothing were in them, so that all are written. */
  private static XtState emptied(XtState held) {
    Map<XtTable, Map<String, XtChain>> chains = new EnumMap<>(XtTable.class);
    held.chains()
        .forEach(
            (table, byName) -> {
              Map<String, XtChain> empty = new HashMap<>();
              byName.keySet().forEach(name -> empty.put(name, new XtChain(name, List.of())));
              chains.put(table, empty);
            });
    return new XtState(held.family(), chains, held.jumps());
  }
}
