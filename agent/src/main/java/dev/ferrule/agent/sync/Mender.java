// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import dev.ferrule.agent.drift.Drift;
import dev.ferrule.agent.drift.DriftHistory;
import dev.ferrule.agent.drift.DriftText;
import dev.ferrule.agent.drift.RepairPace;
import dev.ferrule.agent.log.Log;
import dev.ferrule.kernel.ForeignCommit;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.rules.diff.Changes;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.model.IpFamily;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts right what other programs do to our rules, and tells of it. */
final class Mender {

  /** Reading our rules only because somebody changed something may take this part of our time. */
  private static final int SHARE_OF_TIME = 20;

  private static final Duration AFTER_ERROR = Duration.ofSeconds(1);

  private final KernelRules kernel;
  private final Committer committer;
  private final DesiredState desired;
  private final Log log;
  private final RepairPace pace = new RepairPace();
  private final DriftHistory history;
  private long readAgainAt = System.nanoTime();

  /** How often in a row somebody touched our rules and left them as they were. */
  private int inVain;

  private String complaint = "";
  private String opponent = "";

  /**
   * What was put right.
   *
   * @param changes the commit
   */
  record Repair(Changes changes, Drift drift) {}

  Mender(
      KernelRules kernel,
      Committer committer,
      DesiredState desired,
      DriftHistory history,
      Log log) {
    this.kernel = kernel;
    this.committer = committer;
    this.desired = desired;
    this.history = history;
    this.log = log;
  }

  /**
   * Looks, and puts right what is different; soon if somebody touched our rules for sure, now and
   * then if somebody may have.
   *
   * @return null if there was nothing to do, or if that failed
   */
  @Nullable Repair mend() {
    long start = System.nanoTime();
    if (pace.hasEnded(start)) {
      history.peace();
      log.info(opponent + " leaves our rules alone again, for a minute now");
    }
    if (committer.failed() || !pace.mayRepair(start)) {
      return null;
    }
    try {
      Suspicion suspicion = kernel.suspicion();
      return switch (suspicion.degree()) {
        case NONE -> null;
        case POSSIBLE -> start - readAgainAt < 0 ? null : mend(suspicion.commits(), start);
        case CERTAIN ->
            inVain > 0 && start - readAgainAt < 0 ? null : mend(suspicion.commits(), start);
      };
    } catch (KernelException e) {
      complain("could not look whether somebody changed our rules: " + e.getMessage());
      readAgainAt = System.nanoTime() + AFTER_ERROR.toNanos();
      return null;
    }
  }

  private @Nullable Repair mend(List<ForeignCommit> commits, long start) throws KernelException {
    Changes changes = desired.differenceTo(kernel.read());
    long looked = System.nanoTime();
    complaint = "";
    if (!changes.isEmpty()) {
      committer.commit(new DesiredState.Update(changes, Set.of(IpFamily.values())));
    }
    long end = System.nanoTime();
    inVain = changes.isEmpty() && !commits.isEmpty() ? inVain + 1 : 0;
    int pause = inVain == 0 ? SHARE_OF_TIME : Math.min(inVain, SHARE_OF_TIME);
    readAgainAt = end + pause * (looked - start);
    if (changes.isEmpty() || committer.failed()) {
      return null;
    }
    long heard = commits.isEmpty() ? start : commits.get(0).heardAt();
    ForeignCommit last = commits.isEmpty() ? null : commits.get(commits.size() - 1);
    Drift drift =
        new Drift(
            Instant.now(),
            last == null ? "" : last.processName(),
            last == null ? "somebody" : last.author(),
            DriftText.of(changes),
            changes.list().size(),
            Duration.ofNanos(end - heard),
            Duration.ofNanos(end - start));
    history.add(drift);
    tell(drift, end);
    return new Repair(changes, drift);
  }

  private void tell(Drift drift, long now) {
    switch (pace.repaired(now, drift.took())) {
      case REPAIR -> {
        pace.told(now);
        log.warning(
            String.format(
                Locale.ROOT,
                "%s changed our rules: %s; put right after %.1f ms",
                drift.author(),
                drift.what(),
                drift.after().toNanos() / 1e6));
      }
      case FIGHT_BEGINS -> {
        opponent = drift.author();
        history.fight(opponent);
        log.error(
            opponent
                + " fights with us: it changed our rules again and again, at last "
                + drift.what()
                + "; repairs take at most a tenth of the time from now on, and until each of them"
                + " connections to Services may fail; stop that program, or have it leave our"
                + " rules alone");
      }
      case FIGHT_GOES_ON ->
          log.warning(
              drift.author()
                  + " still fights with us: "
                  + pace.told(now)
                  + " repairs since this was said last, at last "
                  + drift.what());
      case NOTHING -> {}
    }
  }

  /** Says a thing once, however often it is tried again. */
  private void complain(String text) {
    if (!text.equals(complaint)) {
      complaint = text;
      log.warning(text);
    }
  }
}
