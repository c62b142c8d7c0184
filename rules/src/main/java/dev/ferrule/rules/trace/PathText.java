// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.trace;

import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.Chain;
import dev.ferrule.rules.nftables.NftText;
import dev.ferrule.rules.nftables.Rule;
import dev.ferrule.rules.nftables.Statement;
import dev.ferrule.rules.nftables.TableState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rules that had a say, in nft's syntax, each with the elements that it found. */
public final class PathText {

  private PathText() {}

  private record Place(String chain, Rule rule) {}

  /** What a table does with a connection. */
  public static TracedRules of(List<Outcome> outcomes, IpFamily family) {
    return new TracedRules(
        "table " + NftText.family(family) + " " + TableState.NAME,
        outcomes,
        routes(outcomes, family));
  }

  /** The different ways through the rules; most connections have one. */
  private static List<Route> routes(List<Outcome> outcomes, IpFamily family) {
    Map<List<Place>, List<Outcome>> byPlaces = new LinkedHashMap<>();
    for (Outcome outcome : outcomes) {
      List<Place> places =
          outcome.path().stream().map(s -> new Place(s.chain().name(), s.rule())).toList();
      byPlaces.computeIfAbsent(places, key -> new ArrayList<>()).add(outcome);
    }
    return byPlaces.values().stream().map(same -> new Route(same, lines(same, family))).toList();
  }

  private static List<Route.Line> lines(List<Outcome> outcomes, IpFamily family) {
    List<Route.Line> lines = new ArrayList<>();
    List<Step> path = outcomes.get(0).path();
    List<Integer> shown = shown(path);
    for (int i : shown) {
      Step step = path.get(i);
      Set<String> elements = new LinkedHashSet<>();
      for (Outcome outcome : outcomes) {
        for (Step.Found found : outcome.path().get(i).elements()) {
          elements.add(found.set() + ": " + found.text());
        }
      }
      lines.add(
          new Route.Line(
              chain(step.chain()), NftText.rule(step.rule(), family), List.copyOf(elements)));
    }
    return lines;
  }

  /** The steps but for jumps into chains where nothing matched. */
  private static List<Integer> shown(List<Step> path) {
    List<Integer> shown = new ArrayList<>();
    String follows = "";
    for (int i = path.size() - 1; i >= 0; i--) {
      String target = jumpTarget(path.get(i).rule());
      if (target.isEmpty() || target.equals(follows)) {
        shown.add(0, i);
        follows = path.get(i).chain().name();
      }
    }
    return shown;
  }

  private static String jumpTarget(Rule rule) {
    List<Statement> statements = rule.statements();
    return !statements.isEmpty()
            && statements.get(statements.size() - 1) instanceof Statement.Jump jump
        ? jump.chain()
        : "";
  }

  /** Name of the chain, with its hook if it is a base chain. */
  public static String chain(Chain chain) {
    Chain.Hook hook = chain.hook();
    return hook == null
        ? chain.name()
        : chain.name() + " (" + hook.point().nftName() + ", priority " + hook.priority() + ")";
  }
}
