// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import dev.ferrule.rules.iptables.RestoreScript.TableChange;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Cuts a script in parts that are carried out one after the other. iptables-nft 1.8.9 takes time
 * with the square of the chains in one input. What writes a table to which nothing leads yet may be
 * cut: chains come after those that they lead to, and the jumps that put all in force come last.
 */
public final class FirstLoad {

  private FirstLoad() {}

  /**
   * The parts; the script itself where it must stay whole.
   *
   * @param chains how many chains are in a part at most, at least 1
   */
  public static List<RestoreScript> parts(RestoreScript script, int chains) {
    List<RestoreScript> parts = new ArrayList<>();
    Map<XtTable, TableChange> last = new HashMap<>();
    for (Map.Entry<XtTable, TableChange> table : script.tables().entrySet()) {
      TableChange change = table.getValue();
      boolean first = !change.addJumps().isEmpty() && change.removeJumps().isEmpty();
      List<XtChain> left = first ? targetsFirst(change.write()) : change.write();
      while (first && left.size() > chains) {
        TableChange part = new TableChange(left.subList(0, chains), Set.of(), List.of(), List.of());
        parts.add(new RestoreScript(script.family(), Map.of(table.getKey(), part)));
        left = left.subList(chains, left.size());
      }
      last.put(
          table.getKey(),
          new TableChange(left, change.remove(), change.addJumps(), change.removeJumps()));
    }
    parts.add(new RestoreScript(script.family(), last));
    return parts;
  }

  /** Each chain after all that its rules lead to. */
  private static List<XtChain> targetsFirst(List<XtChain> chains) {
    Map<String, XtChain> byName = new HashMap<>();
    chains.forEach(chain -> byName.put(chain.name(), chain));
    Set<XtChain> sorted = new LinkedHashSet<>();
    Set<String> entered = new HashSet<>();
    Deque<XtChain> open = new ArrayDeque<>();
    for (XtChain root : chains) {
      open.push(root);
      while (!open.isEmpty()) {
        XtChain chain = open.peek();
        if (entered.add(chain.name())) {
          for (String name : targets(chain)) {
            XtChain target = byName.get(name);
            if (target != null && !entered.contains(name)) {
              open.push(target);
            }
          }
        } else {
          sorted.add(open.pop());
        }
      }
    }
    return List.copyOf(sorted);
  }

  private static List<String> targets(XtChain chain) {
    List<String> targets = new ArrayList<>();
    for (XtRule rule : chain.rules()) {
      if (rule.action() instanceof XtAction.Goto to) {
        targets.add(to.chain());
      } else if (rule.action() instanceof XtAction.Jump to) {
        targets.add(to.chain());
      }
    }
    return targets;
  }
}
