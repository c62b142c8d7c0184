// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.page;

import dev.ferrule.agent.sync.Commit;
import dev.ferrule.rules.compile.ForwardingTable;
import dev.ferrule.rules.diff.Changes;
import dev.ferrule.rules.plan.Plan;
import dev.ferrule.rules.plan.PlanText;
import dev.ferrule.rules.plan.Planner;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The latest commits with what they changed. The sync thread adds, any thread may read. */
final class CommitLog {

  /** How many are kept. */
  static final int KEPT = 20;

  /** Of a larger commit only the size is told: its plan would hold up the next one. */
  static final int CHANGES_TOLD = 200;

  /** Characters of one plan. */
  static final int LENGTH = 8000;

  private volatile List<Entry> latest = List.of();

  /**
   * A commit.
   *
   * @param summary what changed, on one line
   * @param diff a line for each change, beginning with its sign; empty if only the size is told
   * @param left how many lines of it are not kept
   */
  record Entry(
      Instant at, Commit.Cause cause, Duration took, String summary, String diff, long left) {}

  /**
   * Takes in what a commit has changed; nothing if it changed nothing.
   *
   * @param forwarding what is in force after it
   */
  void add(Instant at, Commit commit, ForwardingTable forwarding) {
    Changes changes = commit.changes();
    if (changes.isEmpty() && commit.cause() != Commit.Cause.RETRY) {
      return;
    }
    List<Entry> next = new ArrayList<>(latest);
    next.add(0, entry(at, commit, forwarding));
    latest = List.copyOf(next.subList(0, Math.min(KEPT, next.size())));
  }

  private static Entry entry(Instant at, Commit commit, ForwardingTable forwarding) {
    Changes changes = commit.changes();
    if (changes.isEmpty()) {
      return sized(at, commit, "everything was written anew");
    }
    if (changes.areWholeTables()) {
      return sized(at, commit, "our tables with " + changes.elementsOfWholeTables() + " elements");
    }
    if (changes.list().size() > CHANGES_TOLD) {
      return sized(at, commit, changes.list().size() + " changes");
    }
    Plan plan = Planner.plan(changes, forwarding);
    String text = PlanText.of(plan, false);
    String summary = PlanText.summary(plan);
    String diff = text.substring(0, text.length() - summary.length() - 1).stripTrailing();
    String told = summary.startsWith("Plan: ") ? summary.substring("Plan: ".length()) : summary;
    int end = diff.length() <= LENGTH ? diff.length() : diff.lastIndexOf('\n', LENGTH);
    String kept = diff.substring(0, Math.max(0, end));
    long left = diff.lines().count() - kept.lines().count();
    return new Entry(at, commit.cause(), commit.took(), told, kept, left);
  }

  private static Entry sized(Instant at, Commit commit, String summary) {
    return new Entry(at, commit.cause(), commit.took(), summary, "", 0);
  }

  /** The latest first; never changed. */
  List<Entry> latest() {
    return latest;
  }
}
