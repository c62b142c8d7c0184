// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import dev.ferrule.agent.objects.Problem;
import dev.ferrule.rules.compile.ForwardingTable;
import java.util.ArrayList;
import java.util.List;

/** Adds to a source's problems the addresses and ports that two Services claim. */
public final class ConflictProblems {

  private ConflictProblems() {}

  public static List<Problem> with(List<Problem> problems, ForwardingTable forwarding) {
    List<ForwardingTable.Conflict> conflicts = forwarding.conflicts();
    if (conflicts.isEmpty()) {
      return problems;
    }
    List<Problem> all = new ArrayList<>(problems);
    for (ForwardingTable.Conflict conflict : conflicts) {
      all.add(
          new Problem(
              Problem.Severity.SKIPPED,
              "",
              "Service " + conflict.loser(),
              "",
              conflict.key() + " belongs to Service " + conflict.winner() + " already"));
    }
    return all;
  }
}
