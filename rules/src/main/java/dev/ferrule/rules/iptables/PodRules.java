// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.PodInterface;
import java.util.List;

/** Rules that ask whether a client is a Pod. */
final class PodRules {

  private final XtSettings settings;

  PodRules(XtSettings settings) {
    this.settings = settings;
  }

  /** Does something with Pods: one rule, or none where nobody counts as a Pod. */
  List<XtRule> ofPods(XtAction action) {
    PodInterface interfaces = settings.podInterface();
    if (interfaces != null) {
      return List.of(XtRule.of(action, new XtMatch.ArrivesOn(interfaces, false)));
    }
    Cidr range = settings.podRange();
    return range == null ? List.of() : List.of(new XtRule(fromRange(range), "", action));
  }

  /** Does something with all others. */
  List<XtRule> ofOthers(XtAction action) {
    PodInterface interfaces = settings.podInterface();
    if (interfaces != null) {
      return List.of(XtRule.of(action, new XtMatch.ArrivesOn(interfaces, true)));
    }
    Cidr range = settings.podRange();
    if (range == null) {
      return List.of(XtRule.of(action));
    }
    return range.prefix() == 0
        ? List.of()
        : List.of(XtRule.of(action, new XtMatch.Source(range, true)));
  }

  /** iptables keeps nothing of a range that holds every address. */
  static List<XtMatch> fromRange(Cidr range) {
    return range.prefix() == 0 ? List.of() : List.of(new XtMatch.Source(range, false));
  }
}
