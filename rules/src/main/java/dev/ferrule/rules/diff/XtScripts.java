// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.diff;

import dev.ferrule.rules.iptables.RestoreScript;
import dev.ferrule.rules.iptables.XtChain;
import dev.ferrule.rules.iptables.XtState;
import dev.ferrule.rules.iptables.XtState.XtJump;
import dev.ferrule.rules.iptables.XtTable;
import dev.ferrule.rules.model.IpFamily;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Changes of chains as what iptables-restore gets. */
public final class XtScripts {

  private final List<XtChain> write = new ArrayList<>();
  private final Set<String> remove = new TreeSet<>();
  private final List<XtJump> addJumps = new ArrayList<>();
  private final List<XtJump> removeJumps = new ArrayList<>();

  private XtScripts() {}

  /** The script that carries out the changes of a family; empty if there are none. */
  public static RestoreScript of(IpFamily family, Changes changes) {
    Map<XtTable, XtScripts> tables = new EnumMap<>(XtTable.class);
    for (Change change : changes.list()) {
      if (change.family() != family) {
        continue;
      }
      if (change instanceof Change.XtChainChanged chain) {
        tables.computeIfAbsent(chain.table(), table -> new XtScripts()).add(chain);
      } else if (change instanceof Change.XtJumpChanged jump) {
        tables.computeIfAbsent(jump.table(), table -> new XtScripts()).add(jump);
      }
    }
    Map<XtTable, RestoreScript.TableChange> all = new EnumMap<>(XtTable.class);
    tables.forEach((table, script) -> all.put(table, script.change()));
    return new RestoreScript(family, all);
  }

  /** The script that removes all of a state. */
  public static RestoreScript removal(XtState state) {
    return of(
        state.family(), XtDiff.between(state, new XtState(state.family(), Map.of(), Map.of())));
  }

  private void add(Change.XtChainChanged change) {
    XtChain after = change.after();
    if (after == null) {
      remove.add(change.name());
    } else {
      write.add(after);
    }
  }

  private void add(Change.XtJumpChanged change) {
    if (change.before() != null) {
      removeJumps.add(new XtJump(change.builtin(), change.before()));
    }
    if (change.after() != null) {
      addJumps.add(new XtJump(change.builtin(), change.after()));
    }
  }

  private RestoreScript.TableChange change() {
    return new RestoreScript.TableChange(write, remove, addJumps, removeJumps);
  }
}
