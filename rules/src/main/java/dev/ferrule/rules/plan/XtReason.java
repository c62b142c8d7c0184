// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.plan;

import dev.ferrule.rules.diff.Change;
import dev.ferrule.rules.iptables.XtAction;
import dev.ferrule.rules.iptables.XtChain;
import dev.ferrule.rules.iptables.XtMatch;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads why a Service's chains change off the changes themselves. */
final class XtReason {

  private final ServiceReason reason = new ServiceReason();

  /** What is known by now. */
  ServiceReason reason() {
    return reason;
  }

  void came(XtLeaf leaf) {
    reason.newKeys.add(leaf.key().toString());
    reason.emptied |= leaf.refused();
  }

  void went(XtLeaf leaf) {
    reason.goneKeys.add(leaf.key().toString());
    reason.filled |= leaf.refused();
  }

  void read(Change.XtChainChanged change) {
    XtChain before = change.before();
    XtChain after = change.after();
    if (before == null || !Objects.equals(backends(before), backends(after))) {
      reason.newBackends.addAll(backends(after));
    }
    if (after == null || !Objects.equals(backends(before), backends(after))) {
      reason.goneBackends.addAll(backends(before));
    }
    if (isFirewall(change)) {
      reason.settings.add("source ranges");
    } else if (asks(before, XtMatch.SourceIsNode.class)
        != asks(after, XtMatch.SourceIsNode.class)) {
      reason.settings.add("external traffic policy");
    } else if (before != null && after != null) {
      compare(before, after);
    }
  }

  private void compare(XtChain before, XtChain after) {
    List<Integer> was = affinity(before);
    List<Integer> is = affinity(after);
    if (was.isEmpty() != is.isEmpty()) {
      reason.settings.add(is.isEmpty() ? "session affinity off" : "session affinity on");
    } else if (!was.equals(is)) {
      reason.timeout = true;
    } else if (targets(before).equals(targets(after)) && targets(after).size() > 1) {
      reason.settings.add("shares of its endpoints");
    }
  }

  private static boolean isFirewall(Change.XtChainChanged change) {
    return change.name().startsWith(XtChain.PREFIX + "FW-");
  }

  private static Set<String> backends(@Nullable XtChain chain) {
    Set<String> backends = new TreeSet<>();
    if (chain != null) {
      chain
          .rules()
          .forEach(
              rule -> {
                if (rule.action() instanceof XtAction.TranslateTo to) {
                  backends.add(to.backend().toString());
                }
              });
    }
    return backends;
  }

  private static boolean asks(@Nullable XtChain chain, Class<? extends XtMatch> kind) {
    return chain != null && matches(chain).anyMatch(kind::isInstance);
  }

  private static List<Integer> affinity(XtChain chain) {
    return matches(chain)
        .filter(XtMatch.SeenRecently.class::isInstance)
        .map(match -> ((XtMatch.SeenRecently) match).seconds())
        .distinct()
        .toList();
  }

  private static Stream<XtMatch> matches(XtChain chain) {
    return chain.rules().stream().flatMap(rule -> rule.matches().stream());
  }

  private static Set<String> targets(XtChain chain) {
    Set<String> targets = new TreeSet<>();
    chain
        .rules()
        .forEach(
            rule -> {
              if (rule.action() instanceof XtAction.Goto to) {
                targets.add(to.chain());
              }
            });
    return targets;
  }
}
