// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.diff;

import dev.ferrule.rules.iptables.XtAction;
import dev.ferrule.rules.iptables.XtChain;
import dev.ferrule.rules.iptables.XtRule;
import dev.ferrule.rules.iptables.XtState;
import dev.ferrule.rules.iptables.XtState.XtJump;
import dev.ferrule.rules.iptables.XtTable;
import dev.ferrule.rules.model.IpFamily;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Chains in memory that take only changes of what is there, and that leave nothing dangling. */
final class InMemoryChains {

  private final IpFamily family;
  private final Map<XtTable, Map<String, XtChain>> chains = new EnumMap<>(XtTable.class);
  private final Map<XtTable, List<XtJump>> jumps = new EnumMap<>(XtTable.class);

  InMemoryChains(IpFamily family) {
    this.family = family;
    for (XtTable table : XtTable.values()) {
      chains.put(table, new TreeMap<>());
      jumps.put(table, new ArrayList<>());
    }
  }

  void commit(Changes changes) {
    changes.list().forEach(this::execute);
    chains.forEach(
        (table, byName) -> {
          byName.values().forEach(chain -> chain.rules().forEach(rule -> check(table, rule)));
          jumps(table).forEach(jump -> check(table, jump.rule()));
        });
  }

  private void execute(Change change) {
    if (change instanceof Change.XtChainChanged chain) {
      Map<String, XtChain> byName = Objects.requireNonNull(chains.get(chain.table()));
      XtChain after = chain.after();
      XtChain was = after == null ? byName.remove(chain.name()) : byName.put(chain.name(), after);
      require(Objects.equals(was, chain.before()), "not what is there: " + chain);
      require(!Objects.equals(was, after), "nothing changes: " + chain);
    } else if (change instanceof Change.XtJumpChanged jump) {
      add(jump.table(), jump.builtin(), jump.after());
      if (jump.before() != null) {
        require(
            jumps(jump.table()).remove(new XtJump(jump.builtin(), jump.before())),
            "no jump " + jump);
      }
    } else {
      throw new IllegalStateException("no change of chains: " + change);
    }
  }

  /** Puts a rule behind those of a built-in chain, as another program might. */
  void add(XtTable table, String builtin, @Nullable XtRule rule) {
    if (rule != null) {
      jumps(table).add(new XtJump(builtin, rule));
    }
  }

  private List<XtJump> jumps(XtTable table) {
    return Objects.requireNonNull(jumps.get(table));
  }

  XtState state() {
    return new XtState(family, chains, jumps);
  }

  private void check(XtTable table, XtRule rule) {
    String to =
        rule.action() instanceof XtAction.Jump jump
            ? jump.chain()
            : rule.action() instanceof XtAction.Goto go ? go.chain() : null;
    require(
        to == null || Objects.requireNonNull(chains.get(table)).containsKey(to),
        "leads nowhere: " + rule);
    require(
        table == XtTable.FILTER
            || !(rule.action() instanceof XtAction.Drop
                || rule.action() instanceof XtAction.Reject),
        "not in nat: " + rule);
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalStateException(message);
    }
  }
}
