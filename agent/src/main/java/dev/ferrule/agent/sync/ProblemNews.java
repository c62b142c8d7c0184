// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import dev.ferrule.agent.objects.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Names each problem once for as long as it lasts. */
public final class ProblemNews {

  private Set<Problem> known = Set.of();

  /** Lines for the problems that are new, and for those that are over. */
  public List<String> of(List<Problem> now) {
    List<String> lines = new ArrayList<>();
    Set<Problem> present = new HashSet<>(now);
    for (Problem problem : now) {
      if (!known.contains(problem)) {
        lines.add(severity(problem) + ": " + problem);
      }
    }
    for (Problem problem : known.stream().sorted().toList()) {
      if (!present.contains(problem)) {
        lines.add("no longer " + severity(problem) + ": " + problem);
      }
    }
    known = present;
    return lines;
  }

  private static String severity(Problem problem) {
    return switch (problem.severity()) {
      case SKIPPED -> "skipped";
      case IGNORED -> "ignored";
    };
  }
}
