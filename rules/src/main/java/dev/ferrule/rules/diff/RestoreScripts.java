// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.diff;

import dev.ferrule.rules.iptables.RestoreScript;
import dev.ferrule.rules.iptables.XtChain;
import dev.ferrule.rules.iptables.XtState;
import dev.ferrule.rules.iptables.XtTable;
import dev.ferrule.rules.model.IpFamily;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Changes of chains as what iptables-restore is told. */
public final class RestoreScripts {

  private RestoreScripts() {}

  /** What carries out those changes that concern chains of the family. */
  public static RestoreScript of(IpFamily family, Changes changes) {
    Map<XtTable, Draft> drafts = new EnumMap<>(XtTable.class);
    for (Change change : changes.list()) {
      if (change.family() != family) {
        continue;
      }
      if (change instanceof Change.XtChainChanged chain) {
        drafts.computeIfAbsent(chain.table(), table -> new Draft()).add(chain);
      } else if (change instanceof Change.XtJumpChanged jump) {
        drafts.computeIfAbsent(jump.table(), table -> new Draft()).add(jump);
      }
    }
    return script(family, drafts);
  }

  /** What removes all of the state. */
  public static RestoreScript removal(XtState state) {
    return of(
        state.family(), XtDiff.between(state, new XtState(state.family(), Map.of(), Map.of())));
  }

  private static RestoreScript script(IpFamily family, Map<XtTable, Draft> drafts) {
    Map<XtTable, RestoreScript.TableChange> tables = new EnumMap<>(XtTable.class);
    drafts.forEach((table, draft) -> tables.put(table, draft.change()));
    return new RestoreScript(family, tables);
  }

  private static final class Draft {

    private final List<XtChain> write = new ArrayList<>();
    private final Set<String> remove = new HashSet<>();
    private final List<XtState.XtJump> addJumps = new ArrayList<>();
    private final List<XtState.XtJump> removeJumps = new ArrayList<>();

    void add(Change.XtChainChanged change) {
      if (change.after() == null) {
        remove.add(change.name());
      } else {
        write.add(change.after());
      }
    }

    void add(Change.XtJumpChanged change) {
      if (change.after() != null) {
        addJumps.add(new XtState.XtJump(change.builtin(), change.after()));
      }
      if (change.before() != null) {
        removeJumps.add(new XtState.XtJump(change.builtin(), change.before()));
      }
    }

    RestoreScript.TableChange change() {
      return new RestoreScript.TableChange(write, remove, addJumps, removeJumps);
    }
  }
}
