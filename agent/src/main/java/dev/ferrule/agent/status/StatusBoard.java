// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.status;

import dev.ferrule.agent.objects.Problem;
import dev.ferrule.agent.sync.Commit;
import dev.ferrule.agent.sync.SyncObserver;
import dev.ferrule.rules.model.CatalogChange;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what the sync thread tells, so that it can be asked for even while that thread is held up.
 */
public final class StatusBoard implements SyncObserver {

  private final Instant started = Instant.now();

  // Written by the sync thread alone; whoever reads meets a state at most one step old.
  private volatile Instant alive = started;
  private volatile @Nullable Instant news;
  private volatile @Nullable Instant pending;
  private volatile @Nullable Instant failing;
  private volatile StatusReport.@Nullable LastCommit commit;
  private volatile StatusReport.Drift drift = new StatusReport.Drift(0, null);
  private volatile List<Problem> problems = List.of();
  private volatile long failures;

  @Override
  public void alive() {
    alive = Instant.now();
  }

  @Override
  public void changed(CatalogChange change) {
    news = Instant.now();
  }

  @Override
  public void queued() {
    pending = pending == null ? Instant.now() : pending;
  }

  @Override
  public void committed(Commit made) {
    Instant now = Instant.now();
    StatusReport.LastCommit last = commit;
    boolean retry = made.cause() == Commit.Cause.RETRY; // it tells no changes
    if (last == null || retry || !made.changes().isEmpty()) {
      long commits = (last == null ? 0 : last.commits()) + 1;
      commit = new StatusReport.LastCommit(now, made.cause(), made.took(), commits);
    }
    if (made.cause() == Commit.Cause.DRIFT) {
      drift = new StatusReport.Drift(drift.repairs() + 1, now);
    }
    pending = null;
    failing = null;
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // by one thread
  public void failed() {
    Instant now = Instant.now();
    failing = failing == null ? now : failing;
    pending = pending == null ? now : pending;
    failures++;
  }

  @Override
  public void problems(List<Problem> all) {
    problems = List.copyOf(all);
  }

  /** What of the source is not in force. */
  public List<Problem> allProblems() {
    return problems;
  }

  /**
   * What is known now.
   *
   * @param limit a change that waits longer for its commit, and a sync thread that is busy for
   *     longer with one thing, is behind
   * @param counts null if they are not known
   * @param memory resident memory in bytes; 0 if it is not known
   */
  public StatusReport report(
      StatusReport.Identity identity,
      Duration limit,
      StatusReport.@Nullable Counts counts,
      long memory) {
    Instant now = Instant.now();
    return new StatusReport(
        now,
        state(now, limit),
        identity,
        started,
        news,
        commit,
        pending,
        failing,
        failures,
        drift,
        problems,
        counts,
        memory);
  }

  private State state(Instant now, Duration limit) {
    Instant waiting = pending;
    if (failing != null) {
      return State.FAILING;
    }
    if (commit == null) {
      return State.STARTING;
    }
    boolean late = waiting != null && Duration.between(waiting, now).compareTo(limit) > 0;
    return late || Duration.between(alive, now).compareTo(limit) > 0 ? State.BEHIND : State.IN_STEP;
  }
}
