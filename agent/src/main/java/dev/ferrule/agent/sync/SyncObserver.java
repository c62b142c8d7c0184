// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import dev.ferrule.agent.conntrack.Removed;
import dev.ferrule.agent.drift.Drift;
import dev.ferrule.agent.objects.Problem;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.model.CatalogChange;
import java.util.List;

/**
 * Is told by the sync thread what becomes of the rules. Whoever takes time here holds up the next
 * change.
 */
public interface SyncObserver {

  /** Our part of the kernel was opened, by the thread whose network namespace counts. */
  default void opened(KernelRules rules) {}

  /** Another turn of the loop, made at least every second whether or not there is work. */
  default void alive() {}

  /** There is work whose commit is not made yet. */
  default void queued() {}

  /** The source told something. */
  default void changed(CatalogChange change) {}

  /** The kernel has all that was wanted so far. */
  default void committed(Commit commit) {}

  /** What another program did to our rules was put right; {@link #committed} was told already. */
  default void repaired(Drift drift) {}

  /** The kernel lacks something, and will until another commit succeeds. */
  default void failed() {}

  /**
   * A commit was made or has failed.
   *
   * @param desired what is wanted now; it goes on changing, so take out what is needed
   */
  default void wanted(DesiredState desired) {}

  /** Connection tracking was searched for entries that lead nowhere; another thread tells it. */
  default void searched(Removed removed) {}

  /**
   * A page about health was answered; another thread tells it.
   *
   * @param page {@code /healthz} or {@code /livez}
   * @param status of HTTP
   */
  default void answered(String page, int status) {}

  /** The agent has ended, or has failed to start; any thread tells it. */
  default void ended() {}

  /** What of the source is not in force, all of it, after each change. */
  default void problems(List<Problem> all) {}
}
