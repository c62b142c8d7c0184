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

  /** The problems that are new, and those that are over. */
  public record News(List<Problem> begun, List<Problem> over) {

    /** A line for each. */
    public List<String> lines() {
      return told().stream().map(Told::text).toList();
    }

    List<Told> told() {
      List<Told> told = new ArrayList<>();
      begun.forEach(problem -> told.add(new Told(problem, true)));
      over.forEach(problem -> told.add(new Told(problem, false)));
      return told;
    }
  }

  /** A problem that has begun, or is over. */
  record Told(Problem problem, boolean begun) {

    String text() {
      return (begun ? "" : "no longer ") + severity(problem) + ": " + problem;
    }
  }

  /** What is different since this was asked last. */
  public News of(List<Problem> now) {
    Set<Problem> present = new HashSet<>(now);
    News news =
        new News(
            now.stream().filter(problem -> !known.contains(problem)).toList(),
            known.stream().filter(problem -> !present.contains(problem)).sorted().toList());
    known = present;
    return news;
  }

  private static String severity(Problem problem) {
    return switch (problem.severity()) {
      case SKIPPED -> "skipped";
      case IGNORED -> "ignored";
    };
  }
}
