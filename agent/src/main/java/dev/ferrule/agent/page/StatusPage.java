// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.page;

import dev.ferrule.agent.config.StatusPageAccess;
import dev.ferrule.agent.drift.DriftHistory;
import dev.ferrule.agent.http.Answer;
import dev.ferrule.agent.http.Request;
import dev.ferrule.agent.status.StatusBoard;
import dev.ferrule.agent.sync.Commit;
import dev.ferrule.agent.sync.SyncObserver;
import dev.ferrule.agent.traffic.ConnectionCounts;
import dev.ferrule.rules.compile.CompiledService;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.nftables.Counting;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The status page: what is wrong, Services with their rates, what was changed last and by whom. The
 * sync thread tells it what happens; requests are answered by other threads from what it keeps.
 */
public final class StatusPage implements SyncObserver {

  /**
   * For the sync thread to tell of Services; it does within 100 ms unless a commit takes longer.
   */
  private static final Duration PATIENCE = Duration.ofMillis(700);

  /** Pages made at a time; the threads that make them are those that answer health checks too. */
  private static final int AT_A_TIME = 2;

  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Type", "text/html; charset=utf-8",
          "Content-Security-Policy", Assets.POLICY,
          "X-Content-Type-Options", "nosniff",
          "Referrer-Policy", "no-referrer",
          "Cross-Origin-Resource-Policy", "same-origin",
          "Cache-Control", "no-store");

  private final StatusPageAccess access;
  private final About about;
  private final StandingWatch standing;
  private final CommitLog commits = new CommitLog();
  private final LatencyHistogram latencies = new LatencyHistogram();
  private final DriftHistory drifts;
  private final ServicesInForce services = new ServicesInForce();
  private final RateHistory rates = new RateHistory();
  private final ServiceRows rows = new ServiceRows(rates);
  private final @Nullable RateSampler sampler;
  private final Semaphore places = new Semaphore(AT_A_TIME);

  private @Nullable Commit last; // of the sync thread: told, and not in the log yet
  private boolean sampling; // of the sync thread

  /**
   * Knows nothing yet.
   *
   * @param access who may see it
   * @param limit a change that waits longer for its commit is late
   * @param connections counts connections, if {@code about} says that they are counted
   * @param board is told the same as this
   * @param drifts what was repaired, kept by others
   */
  public StatusPage(
      StatusPageAccess access,
      About about,
      Duration limit,
      Supplier<ConnectionCounts> connections,
      StatusBoard board,
      DriftHistory drifts) {
    this.access = access;
    this.about = about;
    this.standing = new StandingWatch(limit, board, drifts);
    this.drifts = drifts;
    boolean counted = access != StatusPageAccess.OFF && about.counting() != Counting.OFF;
    this.sampler = counted ? new RateSampler(connections, rates) : null;
  }

  /** The answer to a request for {@code /}. Called by any thread. */
  public Answer answer(Request request) {
    Answer refusal = Admission.refusal(access, request);
    if (refusal != null) {
      return refusal;
    }
    if (!places.tryAcquire()) {
      return Answer.text(Answer.UNAVAILABLE, "others are looking at this page; try again\n")
          .with("Retry-After", "1");
    }
    try {
      return new Answer(Answer.OK, HEADERS, PageText.of(view(ServiceQuery.parse(request.query()))));
    } finally {
      places.release();
    }
  }

  private PageView view(ServiceQuery query) {
    List<CompiledService> all = services.services(PATIENCE);
    Instant now = Instant.now();
    return new PageView(
        now,
        standing.now(about),
        query,
        all == null ? null : rows.choose(all, query),
        rates.isKnown(),
        commits.latest(),
        drifts.latest(),
        latencies.buckets());
  }

  @Override
  public void alive() {
    standing.turn();
    services.turn();
  }

  @Override
  public void committed(Commit commit) {
    standing.committed();
    latencies.add(commit.took());
    last = commit;
  }

  @Override
  public void wanted(DesiredState desired) {
    if (access == StatusPageAccess.OFF) {
      return;
    }
    services.changed(desired);
    if (last != null) {
      commits.add(Instant.now(), last, desired.forwarding());
      last = null;
    }
    if (sampler != null && !sampling) {
      sampling = true;
      sampler.start();
    }
  }

  @Override
  public void failed() {
    standing.failed();
  }

  @Override
  public void ended() {
    if (sampler != null) {
      sampler.end();
    }
  }
}
