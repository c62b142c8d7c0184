// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.diff;

import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.Chain;
import dev.ferrule.rules.nftables.Element;
import dev.ferrule.rules.nftables.ElementKey;
import dev.ferrule.rules.nftables.SetDeclaration;
import dev.ferrule.rules.nftables.TableState;
import dev.ferrule.rules.nftables.TableState.SetState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Compares the kernel's table with ours. */
public final class TableDiff {

  private final IpFamily family;
  private final Map<String, SetState> oldSets;
  private final Map<String, Chain> oldChains;
  private final TableState desired;
  private final List<Change> changes = new ArrayList<>();

  private TableDiff(@Nullable TableState kernel, TableState desired) {
    this.family = desired.family();
    this.oldSets = kernel == null ? Map.of() : kernel.sets();
    this.oldChains = kernel == null ? Map.of() : kernel.chains();
    this.desired = desired;
  }

  /**
   * What leads from one table to the other.
   *
   * @param kernel what is there; null for no table
   */
  public static Changes between(@Nullable TableState kernel, TableState desired) {
    TableDiff diff = new TableDiff(kernel, desired);
    diff.sets();
    diff.chains();
    if (kernel == null) {
      diff.changes.add(0, new Change.TableWritten(desired.family(), null, desired));
    } else {
      String obstacle = diff.obstacle();
      if (obstacle != null) {
        diff.changes.add(0, new Change.TableWritten(desired.family(), obstacle, desired));
      }
    }
    return new Changes(diff.changes);
  }

  /** Why the table cannot be changed in place; null if it can. */
  private @Nullable String obstacle() {
    for (SetState set : desired.sets().values()) {
      SetState old = oldSets.get(set.declaration().name());
      if (old == null) {
        continue;
      }
      SetDeclaration was = old.declaration();
      if (!was.sameShape(set.declaration())) {
        boolean counted = was.has(SetDeclaration.Flag.COUNTED);
        return counted == set.declaration().has(SetDeclaration.Flag.COUNTED)
            ? "set " + was.name() + " is of another kind"
            : "set " + was.name() + (counted ? " counts" : " does not count") + " connections";
      }
      // Elements that go free their place only after the commit, so count as if they stayed.
      long need = (long) old.elements().size() + added(set.declaration().name());
      if (was.size() > 0 && need > was.size()) {
        return "set " + was.name() + " has room for " + was.size() + " elements only";
      }
    }
    for (Chain chain : desired.chains().values()) {
      Chain old = oldChains.get(chain.name());
      if (old != null && !Objects.equals(old.hook(), chain.hook())) {
        return "chain " + chain.name() + " hangs at another hook";
      }
    }
    return null;
  }

  private long added(String set) {
    return changes.stream()
        .filter(
            change ->
                change instanceof Change.ElementChanged element
                    && element.after() != null
                    && element.declaration().name().equals(set))
        .count();
  }

  private void sets() {
    for (SetState set : desired.sets().values()) {
      SetState old = oldSets.get(set.declaration().name());
      if (old == null) {
        changes.add(new Change.SetAdded(family, set.declaration()));
      }
      elements(
          set.declaration(),
          old == null || !old.declaration().sameShape(set.declaration())
              ? Map.of()
              : old.elements(),
          set.elements());
    }
    for (SetState old : oldSets.values()) {
      if (!desired.sets().containsKey(old.declaration().name())) {
        elements(old.declaration(), old.elements(), Map.of());
        changes.add(new Change.SetRemoved(family, old.declaration()));
      }
    }
  }

  private void elements(
      SetDeclaration set, Map<ElementKey, Element> before, Map<ElementKey, Element> after) {
    Map<ElementKey, Change> sorted = new TreeMap<>();
    for (Element element : after.values()) {
      Element old = before.get(element.key());
      if (!element.equals(old)) {
        sorted.put(element.key(), new Change.ElementChanged(family, set, old, element));
      }
    }
    for (Element old : before.values()) {
      if (!after.containsKey(old.key())) {
        sorted.put(old.key(), new Change.ElementChanged(family, set, old, null));
      }
    }
    changes.addAll(sorted.values());
  }

  private void chains() {
    for (Chain chain : desired.chains().values()) {
      Chain old = oldChains.get(chain.name());
      if (old == null) {
        changes.add(new Change.ChainAdded(family, chain));
      } else if (!old.equals(chain)) {
        changes.add(new Change.ChainChanged(family, old, chain));
      }
    }
    for (Chain old : oldChains.values()) {
      if (!desired.chains().containsKey(old.name())) {
        changes.add(new Change.ChainRemoved(family, old));
      }
    }
  }
}
