// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * What is known of the commits since some generation. One thread writes it down as the kernel tells
 * it, another one asks.
 */
final class CommitLog {

  /** Of more commits that touched our rules only the latest are named. */
  private static final int KEPT = 16;

  private final Deque<ForeignCommit> touching = new ArrayDeque<>();

  /** Nothing is known of this generation and those before. */
  private int from;

  /** The last one we heard of. */
  private int to;

  private boolean complete;

  /** How often something was missed. */
  private int losses;

  /**
   * Begins at a generation.
   *
   * @param lossesBefore {@link #losses} before the kernel was asked for its generation
   */
  synchronized void begin(int generation, int lossesBefore) {
    if (lossesBefore != losses) {
      return; // something was missed in the meantime, so it has to be tried again
    }
    if (!complete || generation - to > 0) {
      to = generation;
    }
    from = generation;
    complete = true;
    touching.removeIf(commit -> commit.generation() - generation <= 0);
  }

  synchronized int losses() {
    return losses;
  }

  /** Something was missed: what we know is worth nothing. */
  synchronized void lost() {
    complete = false;
    losses++;
  }

  /** There was a commit. Returns whether it is another program's, and touched our rules. */
  synchronized boolean add(ForeignCommit commit, boolean touches) {
    int generation = commit.generation();
    if (!complete || generation - to <= 0) {
      return false; // begun before we listened, so that we may have heard only a part of it
    }
    if (generation != after(to)) {
      lost();
      return true;
    }
    to = generation;
    if (touches) {
      if (touching.size() == KEPT) {
        touching.removeFirst();
      }
      touching.addLast(commit);
    }
    return touches;
  }

  /** The kernel leaves out zero. */
  private static int after(int generation) {
    return generation == -1 ? 1 : generation + 1;
  }

  /** What happened after one generation up to another one. */
  synchronized RulesetEvents.Verdict between(int known, int current) {
    if (!complete || known - from < 0) {
      return new RulesetEvents.Verdict(RulesetEvents.State.UNKNOWN, List.of());
    }
    List<ForeignCommit> since =
        touching.stream().filter(commit -> commit.generation() - known > 0).toList();
    if (!since.isEmpty()) {
      return new RulesetEvents.Verdict(RulesetEvents.State.TOUCHED, since);
    }
    return new RulesetEvents.Verdict(
        to - current >= 0 ? RulesetEvents.State.UNTOUCHED : RulesetEvents.State.NOT_HEARD_YET,
        List.of());
  }
}
