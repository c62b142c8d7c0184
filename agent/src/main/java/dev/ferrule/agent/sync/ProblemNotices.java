// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import dev.ferrule.agent.objects.Problem;
import dev.ferrule.agent.source.Notice;
import dev.ferrule.rules.model.ObjectName;
import java.util.List;

/** Problems as those are told of them who look at the objects in the source. */
final class ProblemNotices {

  private ProblemNotices() {}

  /** Of objects, or parts of them, that are not in force. */
  static List<Notice> of(List<Problem> problems) {
    return problems.stream()
        .filter(problem -> problem.severity() == Problem.Severity.SKIPPED)
        .filter(problem -> problem.object().contains(" "))
        .map(ProblemNotices::of)
        .toList();
  }

  private static Notice of(Problem problem) {
    int space = problem.object().indexOf(' ');
    String name = problem.object().substring(space + 1);
    int slash = name.indexOf('/');
    String field = problem.field().isEmpty() ? "" : problem.field() + ": ";
    return new Notice(
        Notice.Reason.SKIPPED,
        problem.object().substring(0, space),
        slash < 0
            ? new ObjectName("", name)
            : new ObjectName(name.substring(0, slash), name.substring(slash + 1)),
        field + problem.message());
  }
}
