// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.drift;

import dev.ferrule.rules.diff.Change;
import dev.ferrule.rules.diff.Changes;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.NftText;
import dev.ferrule.rules.nftables.TableState;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says what was different, from what puts it right: what we add was missing. */
public final class DriftText {

  private static final int PARTS_TOLD = 5;

  private DriftText() {}

  /** For example {@code ip: chain dispatch changed, map endpoints: 3 elements missing}. */
  public static String of(Changes changes) {
    Set<IpFamily> written = EnumSet.noneOf(IpFamily.class);
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (Change change : changes.list()) {
      if (change instanceof Change.TableWritten table) {
        written.add(table.family());
        counts.merge(table(table), 1, Integer::sum);
      }
    }
    for (Change change : changes.list()) {
      if (!written.contains(change.family())) {
        counts.merge(kind(change), 1, Integer::sum);
      }
    }
    List<String> parts = new ArrayList<>();
    counts.forEach((text, count) -> parts.add(counted(text, count)));
    String told = parts.stream().limit(PARTS_TOLD).collect(Collectors.joining(", "));
    int more = parts.size() - PARTS_TOLD;
    return more > 0 ? told + " and " + more + " more kinds of differences" : told;
  }

  private static String counted(String text, int count) {
    return text.replace("#", count + (count == 1 ? " element" : " elements"));
  }

  private static String table(Change.TableWritten table) {
    String name = "table " + NftText.family(table.family()) + " " + TableState.NAME;
    return table.reason() == null ? name + " missing" : name + ": " + table.reason();
  }

  private static String kind(Change change) {
    String family = NftText.family(change.family()) + " ";
    if (change instanceof Change.SetAdded set) {
      return family + "set " + set.declaration().name() + " missing";
    } else if (change instanceof Change.SetRemoved set) {
      return family + "set " + set.declaration().name() + " added";
    } else if (change instanceof Change.ChainAdded chain) {
      return family + "chain " + chain.chain().name() + " missing";
    } else if (change instanceof Change.ChainRemoved chain) {
      return family + "chain " + chain.chain().name() + " added";
    } else if (change instanceof Change.ChainChanged chain) {
      return family + "rules of chain " + chain.after().name() + " changed";
    } else if (change instanceof Change.ElementChanged element) {
      return family
          + element.declaration().name()
          + " with # "
          + state(element.before(), element.after());
    } else if (change instanceof Change.XtChainChanged chain) {
      return family + "chain " + chain.name() + " " + state(chain.before(), chain.after());
    } else if (change instanceof Change.XtJumpChanged jump) {
      return family
          + "rule in "
          + jump.table().text()
          + " "
          + jump.builtin()
          + " "
          + state(jump.before(), jump.after());
    }
    return family + "something changed";
  }

  private static String state(@Nullable Object before, @Nullable Object after) {
    if (before == null) {
      return "missing";
    }
    return after == null ? "added" : "changed";
  }
}
