// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.trace;

import dev.ferrule.rules.iptables.XtAction;
import dev.ferrule.rules.iptables.XtChain;
import dev.ferrule.rules.iptables.XtRule;
import dev.ferrule.rules.iptables.XtTable;
import dev.ferrule.rules.iptables.XtText;
import dev.ferrule.rules.model.IpFamily;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rules of iptables that had a say, as iptables-save prints them. Outcomes that differ only in
 * the endpoint that was chosen are one route.
 */
public final class XtPathText {

  /** Where a pool chooses, and what its endpoints do. */
  private static final String CHOICE = XtChain.PREFIX + "(SVC|SVL|SEP)-.*";

  private static final String ENDPOINT = XtChain.PREFIX + "SEP-";

  private XtPathText() {}

  /**
   * A rule; in chains of a pool and its endpoints only what kind of rule.
   *
   * @param rule null where it differs from outcome to outcome
   */
  private record Place(XtTable table, String chain, @Nullable XtRule rule, String kind) {

    static Place of(XtStep step) {
      boolean choice = step.chain().matches(CHOICE);
      return new Place(
          step.table(),
          step.chain().startsWith(ENDPOINT) ? ENDPOINT : step.chain(),
          choice ? null : step.rule(),
          step.rule().action().getClass().getSimpleName());
    }
  }

  /** What our chains of a family do with a connection. */
  public static TracedRules of(List<XtOutcome> outcomes, IpFamily family) {
    Map<List<Place>, List<XtOutcome>> byPlaces = new LinkedHashMap<>();
    for (XtOutcome outcome : outcomes) {
      List<Place> places = shown(outcome).stream().map(Place::of).toList();
      byPlaces.computeIfAbsent(places, key -> new ArrayList<>()).add(outcome);
    }
    return new TracedRules(
        family == IpFamily.IPV4 ? "iptables" : "ip6tables",
        plain(outcomes),
        byPlaces.values().stream()
            .map(same -> new Route(plain(same), lines(same, family)))
            .toList());
  }

  private static List<Outcome> plain(List<XtOutcome> outcomes) {
    return outcomes.stream().map(XtOutcome::outcome).toList();
  }

  private static List<Route.Line> lines(List<XtOutcome> outcomes, IpFamily family) {
    List<List<XtStep>> paths = outcomes.stream().map(XtPathText::shown).toList();
    List<Route.Line> lines = new ArrayList<>();
    for (int i = 0; i < paths.get(0).size(); i++) {
      lines.add(line(paths, i, family));
    }
    return lines;
  }

  private static Route.Line line(List<List<XtStep>> paths, int index, IpFamily family) {
    XtStep first = paths.get(0).get(index);
    Set<String> chains = new LinkedHashSet<>();
    Set<String> rules = new LinkedHashSet<>();
    for (List<XtStep> path : paths) {
      XtStep step = path.get(index);
      chains.add(step.chain());
      rules.add(XtText.of(family, step.rule()));
    }
    if (rules.size() == 1 && chains.size() == 1) {
      return new Route.Line(
          first.table().text() + " " + first.chain(), rules.iterator().next(), List.of());
    }
    return chains.size() == 1
        ? new Route.Line(first.table().text() + " " + first.chain(), "one of", List.copyOf(rules))
        : new Route.Line(
            first.table().text() + " " + ENDPOINT + "...", "one of", whole(paths, index, family));
  }

  private static List<String> whole(List<List<XtStep>> paths, int index, IpFamily family) {
    return paths.stream()
        .map(path -> path.get(index))
        .map(step -> XtText.of(family, step.chain(), step.rule()))
        .distinct()
        .toList();
  }

  /** The steps but for those into chains where nothing matched. */
  private static List<XtStep> shown(XtOutcome outcome) {
    List<XtStep> path = outcome.path();
    List<XtStep> shown = new ArrayList<>();
    // Of a way that cannot be followed the last rule is the one to look at.
    String follows =
        outcome.fate() instanceof Fate.Unclear && !path.isEmpty()
            ? target(path.get(path.size() - 1).rule())
            : "";
    for (int i = path.size() - 1; i >= 0; i--) {
      String target = target(path.get(i).rule());
      if (target.isEmpty() || target.equals(follows)) {
        shown.add(0, path.get(i));
        follows = path.get(i).chain();
      }
    }
    return shown;
  }

  private static String target(XtRule rule) {
    if (rule.action() instanceof XtAction.Jump to) {
      return to.chain();
    }
    return rule.action() instanceof XtAction.Goto to ? to.chain() : "";
  }
}
