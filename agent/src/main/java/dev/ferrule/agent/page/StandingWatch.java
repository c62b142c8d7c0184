// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.page;

import dev.ferrule.agent.drift.Drift;
import dev.ferrule.agent.drift.DriftHistory;
import dev.ferrule.agent.objects.Problem;
import dev.ferrule.agent.status.StatusBoard;
import dev.ferrule.agent.status.StatusReport;
import dev.ferrule.agent.sync.Commit;
import dev.ferrule.rules.model.CatalogChange;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Follows how the agent is, by the same measure as {@code ferrule status}, and since when. */
final class StandingWatch {

  private static final StatusReport.Identity NOBODY =
      new StatusReport.Identity("", "", "", "", "", "", "", 0);

  private final Duration limit;
  private final StatusBoard board = new StatusBoard();
  private final FightWatch fights = new FightWatch();

  /** Since when there was no failure; null before the first commit and while there is one. */
  private volatile @Nullable Instant well;

  private volatile @Nullable Instant fightEnded;
  private volatile Instant turned = Instant.now();

  /**
   * @param limit a change that waits longer for its commit is late
   */
  StandingWatch(Duration limit) {
    this.limit = limit;
  }

  void turn() {
    board.alive();
    turned = Instant.now();
    boolean fighting = fights.fight() != null;
    fights.turn(System.nanoTime());
    if (fighting && fights.fight() == null) {
      fightEnded = Instant.now();
    }
  }

  void queued() {
    board.queued();
  }

  void changed(CatalogChange change) {
    board.changed(change);
  }

  void committed(Commit commit) {
    board.committed(commit);
    well = well == null ? Instant.now() : well;
  }

  void repaired(Drift drift) {
    fights.repaired(drift, System.nanoTime());
  }

  void failed() {
    board.failed();
    well = null;
  }

  void problems(List<Problem> all) {
    board.problems(all);
  }

  Standing at(Instant now, About about, long repairs) {
    StatusReport report = board.report(NOBODY, limit, List.of(), new DriftHistory(), null, 0);
    FightWatch.Fight fight = fights.fight();
    StatusReport.LastCommit commit = report.commit();
    return new Standing(
        about,
        report.state(),
        since(report, fight),
        fight == null ? null : fight.last(),
        report.started(),
        report.news(),
        commit == null ? null : commit.at(),
        report.failures(),
        repairs,
        report.problems());
  }

  private Instant since(StatusReport report, FightWatch.@Nullable Fight fight) {
    StatusReport.Pending pending = report.pending();
    return switch (report.state()) {
      case STARTING -> report.started();
      case FAILING -> or(report.failing(), report.started());
      case BEHIND -> or(pending == null ? null : pending.since(), turned);
      case IN_STEP -> fight != null ? fight.since() : later(or(well, report.started()), fightEnded);
    };
  }

  private static Instant or(@Nullable Instant one, Instant other) {
    return one == null ? other : one;
  }

  private static Instant later(Instant one, @Nullable Instant other) {
    return other != null && other.isAfter(one) ? other : one;
  }
}
