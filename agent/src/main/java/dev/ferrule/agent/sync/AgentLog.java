// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import dev.ferrule.agent.log.About;
import dev.ferrule.agent.log.Level;
import dev.ferrule.agent.log.Log;
import dev.ferrule.agent.objects.Problem;
import dev.ferrule.rules.compile.ForwardingTable;
import dev.ferrule.rules.diff.Changes;
import dev.ferrule.rules.plan.Plan;
import dev.ferrule.rules.plan.PlanText;
import dev.ferrule.rules.plan.Planner;
import java.util.List;
import java.util.Locale;

/**
 * What the agent tells: one fact a line on standard error, and in a dry run each change in full on
 * standard output.
 */
final class AgentLog {

  /** Of a larger change only its size is told; working out its reasons would hold up the next. */
  private static final int CHANGES_TOLD = 2000;

  private static final int GROUPS_TOLD = 20;

  private final Log log;
  private final boolean colour;
  private final ProblemNews problemNews = new ProblemNews();

  AgentLog(Log log, boolean colour) {
    this.log = log;
    this.colour = colour;
  }

  /** Where all else goes. */
  Log log() {
    return log;
  }

  /** One fact. */
  void line(String text) {
    log.info(text);
  }

  /** Names what is new among the problems, which is returned, and what is over. */
  List<Problem> problems(List<Problem> problems) {
    ProblemNews.News news = problemNews.of(problems);
    for (ProblemNews.Told told : news.told()) {
      Level level = told.begun() ? Level.WARNING : Level.INFO;
      log.tell(new Log.Entry(level, told.text(), About.of(told.problem().object())));
    }
    return news.begun();
  }

  /** The changes in full, as plan prints them. */
  void changes(Changes changes, ForwardingTable forwarding) {
    System.out.print(PlanText.of(Planner.plan(changes, forwarding), colour));
    System.out.flush();
  }

  /** What was committed, a line for each Service, and how long it took. */
  void committed(Changes changes, ForwardingTable forwarding, long nanos) {
    String took = String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
    if (changes.isEmpty()) {
      return;
    }
    if (changes.areWholeTables()) {
      line(
          "committed in "
              + took
              + ": our tables with "
              + changes.elementsOfWholeTables()
              + " elements");
      return;
    }
    if (changes.list().size() > CHANGES_TOLD) {
      line("committed " + changes.list().size() + " changes in " + took);
      return;
    }
    Plan plan = Planner.plan(changes, forwarding);
    plan.groups().stream().limit(GROUPS_TOLD).forEach(this::changed);
    int more = plan.groups().size() - GROUPS_TOLD;
    if (more > 0) {
      line("... and " + more + " more");
    }
    line("committed in " + took + ": " + PlanText.summary(plan));
  }

  private void changed(Plan.Group group) {
    String text = group.sign().text() + " " + PlanText.heading(group);
    About about = group.service() == null ? null : About.of("Service " + group.service());
    log.tell(new Log.Entry(Level.INFO, text, about));
  }
}
