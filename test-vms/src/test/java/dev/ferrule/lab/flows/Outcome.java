// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import dev.ferrule.lab.PacketSocket;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What became of the packets of one flow. */
record Outcome(List<Tracked> tracked, List<Refusal> refusals, List<Integer> sendErrors) {

  boolean unreachable() {
    return refusals.stream().anyMatch(r -> r.kind() == Refusal.Kind.UNREACHABLE)
        || sendErrors.stream().anyMatch(PacketSocket::unreachable);
  }

  boolean reset() {
    return refusals.stream().anyMatch(r -> r.kind() == Refusal.Kind.RESET);
  }

  boolean passed() {
    return tracked.stream().anyMatch(Tracked::untouched);
  }

  /** The packets that an endpoint got; an endpoint may be the very address that was asked for. */
  List<Tracked> translated(Set<String> expected) {
    return tracked.stream().filter(t -> !t.untouched() || expected.contains(t.target())).toList();
  }

  static Set<String> targets(List<Tracked> hits) {
    return hits.stream().map(Tracked::target).collect(Collectors.toCollection(TreeSet::new));
  }

  /** In words, for a packet that no endpoint got. */
  String words() {
    if (unreachable()) {
      return "reject";
    }
    if (reset()) {
      return "reset";
    }
    return passed() ? "passed untouched" : sendErrors.isEmpty() ? "nothing" : "not sent";
  }
}
