// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.page;

import dev.ferrule.rules.compile.CompiledService;
import dev.ferrule.rules.diff.DesiredState;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What Services do, for those who look. The sync thread makes a copy, of references alone, and only
 * while somebody looks; nobody waits long for it if that thread is busy.
 */
final class ServicesInForce {

  private static final long SHORTEST_PAUSE = Duration.ofMillis(500).toNanos();
  private static final long FORGOTTEN_AFTER = Duration.ofMinutes(1).toNanos();

  // Of the sync thread.
  private @Nullable DesiredState desired;

  private volatile boolean stale = true;
  private volatile boolean asked;
  private volatile long askedAt;

  // Guarded by this object.
  private @Nullable List<CompiledService> copy;
  private long copiedAt = System.nanoTime() - SHORTEST_PAUSE;

  /** Something else may be in force now. Called by the sync thread. */
  void changed(DesiredState now) {
    desired = now;
    stale = true;
  }

  /** Called by the sync thread several times a second. */
  void turn() {
    DesiredState now = desired;
    if (!asked || now == null) {
      return;
    }
    long time = System.nanoTime();
    synchronized (this) {
      if (time - askedAt > FORGOTTEN_AFTER) {
        copy = null;
        asked = false;
        stale = true;
      } else if (stale && time - copiedAt >= SHORTEST_PAUSE) {
        copy = List.copyOf(now.forwarding().services());
        copiedAt = time;
        stale = false;
        notifyAll();
      }
    }
  }

  /**
   * All Services that have rules, or none without a copy so far.
   *
   * @param patience how long to wait for one that is up to date
   * @return null if there is none
   */
  synchronized @Nullable List<CompiledService> services(Duration patience) {
    askedAt = System.nanoTime();
    asked = true;
    long end = askedAt + patience.toNanos();
    try {
      for (long left = patience.toMillis(); stale && left > 0; ) {
        wait(left);
        left = Duration.ofNanos(end - System.nanoTime()).toMillis();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the page is made with what there is
    }
    return copy;
  }
}
