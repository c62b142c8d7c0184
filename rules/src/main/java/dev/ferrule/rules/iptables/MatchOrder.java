// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import dev.ferrule.rules.model.Cidr;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The one order of the matches of a rule. It is that of iptables-save, which puts addresses,
 * interface and protocol in front and merges neighbours of one module.
 */
final class MatchOrder {

  private static final List<Class<? extends XtMatch>> KINDS =
      List.of(
          XtMatch.Source.class,
          XtMatch.Destination.class,
          XtMatch.ArrivesOn.class,
          XtMatch.ProtocolIs.class,
          XtMatch.Port.class,
          XtMatch.NotSyn.class,
          XtMatch.SourceIsNode.class,
          XtMatch.State.class,
          XtMatch.OriginalDestination.class,
          XtMatch.OriginalPort.class,
          XtMatch.FromClient.class,
          XtMatch.Mark.class,
          XtMatch.SeenRecently.class,
          XtMatch.Chance.class,
          // The last one: a client is put on a list only if all the others hold.
          XtMatch.Remember.class);

  private MatchOrder() {}

  static List<XtMatch> sorted(List<XtMatch> matches) {
    List<XtMatch> sorted = new ArrayList<>(matches.size());
    for (XtMatch match : matches) {
      if (!alwaysHolds(match)) {
        sorted.add(match);
      }
    }
    sorted.sort(Comparator.comparingInt(MatchOrder::rank));
    for (int i = 1; i < sorted.size(); i++) {
      if (rank(sorted.get(i - 1)) == rank(sorted.get(i))) {
        throw new IllegalArgumentException(
            "a rule cannot ask for " + sorted.get(i - 1) + " and " + sorted.get(i));
      }
    }
    return List.copyOf(sorted);
  }

  static int rank(XtMatch match) {
    return KINDS.indexOf(match.getClass());
  }

  /** The kernel, or iptables-save, forgets about these. */
  private static boolean alwaysHolds(XtMatch match) {
    if (match instanceof XtMatch.Source source) {
      return isEverything(source.range()) && !source.negated();
    }
    if (match instanceof XtMatch.Destination destination) {
      return isEverything(destination.range()) && !destination.negated();
    }
    if (match instanceof XtMatch.OriginalDestination original) {
      return isEverything(original.range());
    }
    if (match instanceof XtMatch.Port port) {
      return isEverything(port.first(), port.last());
    }
    return match instanceof XtMatch.OriginalPort port && isEverything(port.first(), port.last());
  }

  private static boolean isEverything(Cidr range) {
    return range.prefix() == 0;
  }

  private static boolean isEverything(int first, int last) {
    return first == 0 && last == XtMatch.MAX_PORT;
  }
}
