// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.status;

import dev.ferrule.agent.drift.DriftHistory;
import dev.ferrule.agent.objects.Problem;
import dev.ferrule.agent.source.SourceState;
import dev.ferrule.agent.sync.Commit;
import dev.ferrule.agent.sync.KernelChains;
import dev.ferrule.agent.sync.KernelRules;
import dev.ferrule.agent.sync.SyncObserver;
import dev.ferrule.kernel.IptablesVariant;
import dev.ferrule.rules.model.CatalogChange;
import dev.ferrule.rules.model.ObjectName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what the sync thread tells, so that it can be asked for even while that thread is held up.
 */
public final class StatusBoard implements SyncObserver {

  private final Instant started = Instant.now();

  /** Not in force yet; the sync thread alone adds and removes. */
  private final Set<ObjectName> changedServices = ConcurrentHashMap.newKeySet();

  private final Set<ObjectName> changedEndpoints = ConcurrentHashMap.newKeySet();

  private volatile @Nullable IptablesVariant variant;

  // Written by the sync thread alone; whoever reads meets a state at most one step old.
  private volatile Instant alive = started;
  private volatile @Nullable Instant news;
  private volatile @Nullable Instant pending;
  private volatile @Nullable Instant failing;
  private volatile StatusReport.@Nullable LastCommit commit;
  private volatile List<Problem> problems = List.of();
  private volatile long failures;

  @Override
  public void opened(KernelRules rules) {
    variant = rules instanceof KernelChains chains ? chains.variant() : null;
  }

  /** Which iptables writes the rules; null in mode nftables, and before that is known. */
  public @Nullable IptablesVariant variant() {
    return variant;
  }

  @Override
  public void alive() {
    alive = Instant.now();
  }

  @Override
  public void changed(CatalogChange change) {
    news = Instant.now();
    changedServices.addAll(change.services().keySet());
    changedEndpoints.addAll(change.slices().keySet());
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
    changedServices.clear();
    changedEndpoints.clear();
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
   * @param sources how it goes with each thing that is followed
   * @param drifts what was repaired
   * @param counts null if they are not known
   * @param memory resident memory in bytes; 0 if it is not known
   */
  public StatusReport report(
      StatusReport.Identity identity,
      Duration limit,
      List<SourceState> sources,
      DriftHistory drifts,
      StatusReport.@Nullable Counts counts,
      long memory) {
    Instant now = Instant.now();
    return new StatusReport(
        now,
        state(now, limit),
        identity,
        started,
        sources,
        news,
        commit,
        waiting(),
        failing,
        failures,
        StatusReport.Repairs.of(drifts),
        problems,
        counts,
        memory);
  }

  private StatusReport.@Nullable Pending waiting() {
    Instant since = pending;
    return since == null
        ? null
        : new StatusReport.Pending(since, changedServices.size(), changedEndpoints.size());
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
