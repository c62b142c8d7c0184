// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.diff;

import dev.ferrule.rules.compile.ForwardingTable;
import dev.ferrule.rules.compile.Frontend;
import dev.ferrule.rules.compile.FrontendKey;
import dev.ferrule.rules.iptables.ChainChange;
import dev.ferrule.rules.iptables.Dispatch;
import dev.ferrule.rules.iptables.DispatchTree;
import dev.ferrule.rules.iptables.Leaf;
import dev.ferrule.rules.iptables.PortChains;
import dev.ferrule.rules.iptables.PortId;
import dev.ferrule.rules.iptables.XtChain;
import dev.ferrule.rules.iptables.XtLayout;
import dev.ferrule.rules.iptables.XtSettings;
import dev.ferrule.rules.iptables.XtState;
import dev.ferrule.rules.iptables.XtTable;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpFamily;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Our chains of iptables in one family. What is kept is the keys of the trees and which frontends a
 * Service port has; chains are worked out anew where something changes.
 *
 * <p>Owned by one thread.
 */
public final class DesiredChains {

  /** Table filter first, so that nothing is translated that is not looked after there. */
  private static final Comparator<Change.XtChainChanged> ORDER =
      Comparator.comparing(Change.XtChainChanged::table, Comparator.reverseOrder())
          .thenComparing(Change.XtChainChanged::name);

  private final IpFamily family;
  private XtSettings settings;
  private final Map<PortId, Map<FrontendKey, Frontend>> ports = new HashMap<>();
  private final Map<Dispatch, DispatchTree> trees = new EnumMap<>(Dispatch.class);

  /** Chains without frontends. */
  public DesiredChains(IpFamily family, XtSettings settings) {
    this.family = family;
    this.settings = settings;
    clear();
  }

  private void clear() {
    ports.clear();
    for (Dispatch dispatch : Dispatch.values()) {
      trees.put(dispatch, new DispatchTree(dispatch, family));
    }
  }

  /** Everything the tables are to hold for these frontends (of any family); forgets all others. */
  public XtState build(Collection<Frontend> frontends) {
    clear();
    for (Frontend frontend : frontends) {
      if (frontend.key().family() == family) {
        add(frontend);
        trees.forEach((dispatch, tree) -> tree.put(frontend.key(), Leaf.of(dispatch, frontend)));
      }
    }
    return state();
  }

  /** Everything the tables are to hold for the frontends as they are now. */
  public XtState state() {
    List<Map<XtTable, Map<String, XtChain>>> chains = new ArrayList<>(ports.size());
    ports.keySet().forEach(port -> chains.add(chains(port)));
    return XtLayout.build(family, settings, chains, trees);
  }

  /** What the kernel must change when frontends do. */
  public Changes update(List<ForwardingTable.Change> frontends) {
    Map<PortId, Map<XtTable, Map<String, XtChain>>> before = new LinkedHashMap<>();
    Map<FrontendKey, @Nullable Frontend> was = new TreeMap<>();
    Map<FrontendKey, @Nullable Frontend> is = new TreeMap<>();
    for (ForwardingTable.Change change : frontends) {
      if (change.key().family() != family) {
        continue;
      }
      was.putIfAbsent(change.key(), change.before());
      is.put(change.key(), change.after());
      if (change.before() != null) {
        PortId port = PortId.of(change.before());
        before.computeIfAbsent(port, this::chains);
        remove(port, change.key());
      }
      if (change.after() != null) {
        before.computeIfAbsent(PortId.of(change.after()), this::chains);
        add(change.after());
      }
    }
    List<Change.XtChainChanged> changes = new ArrayList<>();
    before.forEach(
        (port, chains) -> {
          Map<XtTable, Map<String, XtChain>> after = chains(port);
          chains.forEach(
              (table, byName) ->
                  add(
                      changes,
                      ChainChange.between(table, byName, after.getOrDefault(table, Map.of()))));
        });
    trees.forEach((dispatch, tree) -> add(changes, tree.update(changedLeaves(dispatch, was, is))));
    changes.sort(ORDER);
    return new Changes(List.copyOf(changes));
  }

  /** What the kernel must change when the range of Pods does, and frontends with it or not. */
  public Changes update(List<ForwardingTable.Change> frontends, @Nullable Cidr range) {
    if (Objects.equals(range, settings.podRange())) {
      return update(frontends);
    }
    // From the first state to the last: a chain may depend on both, and is written once.
    XtState before = state();
    settings = settings.withPodRange(range);
    update(frontends);
    return XtDiff.between(before, state());
  }

  private static Map<FrontendKey, @Nullable Leaf> changedLeaves(
      Dispatch dispatch,
      Map<FrontendKey, @Nullable Frontend> before,
      Map<FrontendKey, @Nullable Frontend> after) {
    Map<FrontendKey, @Nullable Leaf> leaves = new TreeMap<>();
    after.forEach(
        (key, frontend) -> {
          Leaf was = Leaf.of(dispatch, before.get(key));
          Leaf is = Leaf.of(dispatch, frontend);
          if (!Objects.equals(was, is)) {
            leaves.put(key, is);
          }
        });
    return leaves;
  }

  private Map<XtTable, Map<String, XtChain>> chains(PortId port) {
    return PortChains.of(settings, port, ports.getOrDefault(port, Map.of()).values());
  }

  private void add(Frontend frontend) {
    ports
        .computeIfAbsent(PortId.of(frontend), port -> new TreeMap<>())
        .put(frontend.key(), frontend);
  }

  private void remove(PortId port, FrontendKey key) {
    Map<FrontendKey, Frontend> left = ports.get(port);
    if (left != null) {
      left.remove(key);
      if (left.isEmpty()) {
        ports.remove(port);
      }
    }
  }

  private void add(List<Change.XtChainChanged> changes, List<ChainChange> more) {
    more.forEach(
        change ->
            changes.add(
                new Change.XtChainChanged(
                    family, change.table(), change.before(), change.after())));
  }
}
