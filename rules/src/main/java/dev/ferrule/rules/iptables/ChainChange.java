// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A chain that came, went or has other rules.
 *
 * @param before null if it is new
 * @param after null if it goes
 */
public record ChainChange(XtTable table, @Nullable XtChain before, @Nullable XtChain after) {

  public ChainChange {
    if (before == null && after == null) {
      throw new IllegalArgumentException("a change of nothing");
    }
  }

  /** What is different between two sets of chains, by name. */
  public static List<ChainChange> between(
      XtTable table, Map<String, XtChain> before, Map<String, XtChain> after) {
    TreeSet<String> names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    List<ChainChange> changes = new ArrayList<>();
    for (String name : names) {
      XtChain was = before.get(name);
      XtChain is = after.get(name);
      if (!Objects.equals(was, is)) {
        changes.add(new ChainChange(table, was, is));
      }
    }
    return changes;
  }
}
