// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.page;

import dev.ferrule.agent.drift.DriftHistory;
import dev.ferrule.agent.status.StatusBoard;
import dev.ferrule.agent.status.StatusReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Follows how the agent is, by the same measure as {@code ferrule status}, and since when. */
final class StandingWatch {

  private static final StatusReport.Identity NOBODY =
      new StatusReport.Identity("", "", "", "", "", "", "", 0);

  private final Duration limit;
  private final StatusBoard board;
  private final DriftHistory drifts;

  /** Since when there was no failure; null before the first commit and while there is one. */
  private volatile @Nullable Instant well;

  private volatile Instant turned = Instant.now();

  /**
   * @param limit a change that waits longer for its commit is late
   */
  StandingWatch(Duration limit, StatusBoard board, DriftHistory drifts) {
    this.limit = limit;
    this.board = board;
    this.drifts = drifts;
  }

  void turn() {
    turned = Instant.now();
  }

  void committed() {
    well = well == null ? Instant.now() : well;
  }

  void failed() {
    well = null;
  }

  Standing now(About about) {
    StatusReport report = board.report(NOBODY, limit, List.of(), drifts, null, 0);
    DriftHistory.Fight fight = drifts.fight();
    StatusReport.LastCommit commit = report.commit();
    return new Standing(
        about,
        report.state(),
        since(report, fight),
        fight == null ? null : report.drift().last(),
        report.started(),
        report.news(),
        commit == null ? null : commit.at(),
        report.failures(),
        report.drift().count(),
        report.problems());
  }

  private Instant since(StatusReport report, DriftHistory.@Nullable Fight fight) {
    StatusReport.Pending pending = report.pending();
    return switch (report.state()) {
      case STARTING -> report.started();
      case FAILING -> or(report.failing(), report.started());
      case BEHIND -> or(pending == null ? null : pending.since(), turned);
      case IN_STEP ->
          fight != null ? fight.since() : later(or(well, report.started()), drifts.peaceSince());
    };
  }

  private static Instant or(@Nullable Instant one, Instant other) {
    return one == null ? other : one;
  }

  private static Instant later(Instant one, @Nullable Instant other) {
    return other != null && other.isAfter(one) ? other : one;
  }
}
