// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.diff;

import dev.ferrule.rules.iptables.ChainChange;
import dev.ferrule.rules.iptables.XtState;
import dev.ferrule.rules.iptables.XtState.XtJump;
import dev.ferrule.rules.iptables.XtTable;
import dev.ferrule.rules.model.IpFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares our chains and the jumps to them as the kernel has them with what is wanted. */
public final class XtDiff {

  private XtDiff() {}

  /**
   * What leads from one state to the other: chains of filter, chains of nat, then jumps. A jump may
   * be anywhere in its built-in chain, once.
   *
   * @param kernel what is there; null for nothing
   */
  public static Changes between(@Nullable XtState kernel, XtState desired) {
    IpFamily family = desired.family();
    XtState was = kernel != null ? kernel : new XtState(family, Map.of(), Map.of());
    List<Change> changes = new ArrayList<>();
    for (XtTable table : List.of(XtTable.FILTER, XtTable.NAT)) {
      for (ChainChange change :
          ChainChange.between(
              table,
              was.chains().getOrDefault(table, Map.of()),
              desired.chains().getOrDefault(table, Map.of()))) {
        changes.add(new Change.XtChainChanged(family, table, change.before(), change.after()));
      }
    }
    for (XtTable table : List.of(XtTable.FILTER, XtTable.NAT)) {
      jumps(
          changes,
          family,
          table,
          was.jumps().getOrDefault(table, List.of()),
          desired.jumps().getOrDefault(table, List.of()));
    }
    return new Changes(changes);
  }

  private static void jumps(
      List<Change> changes,
      IpFamily family,
      XtTable table,
      List<XtJump> kernel,
      List<XtJump> desired) {
    List<XtJump> missing = new ArrayList<>(desired);
    List<XtJump> surplus = new ArrayList<>();
    for (XtJump jump : kernel) {
      if (!missing.remove(jump)) {
        surplus.add(jump);
      }
    }
    for (XtJump jump : surplus) {
      changes.add(new Change.XtJumpChanged(family, table, jump.builtin(), jump.rule(), null));
    }
    for (XtJump jump : missing) {
      changes.add(new Change.XtJumpChanged(family, table, jump.builtin(), null, jump.rule()));
    }
  }
}
