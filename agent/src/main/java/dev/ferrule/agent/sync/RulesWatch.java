// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import dev.ferrule.agent.log.Log;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.kernel.RulesetEvents;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Wakes the sync thread when another program touches our rules. */
final class RulesWatch implements AutoCloseable {

  private static final Duration TURN = Duration.ofMinutes(1);
  private static final long MILLIS_TO_NEXT_TRY = 1000;

  private final Pending pending;
  private final Log log;
  private @Nullable Thread thread;
  private volatile boolean closed;

  RulesWatch(Pending pending, Log log) {
    this.pending = pending;
    this.log = log;
  }

  /** Starts to follow what the kernel tells; without it the sync thread looks now and then. */
  void start(KernelRules kernel) {
    try {
      Optional<RulesetEvents> events = kernel.follow();
      if (events.isPresent()) {
        RulesetEvents source = events.get();
        thread = new Thread(() -> follow(source), "rules");
        thread.setDaemon(true);
        thread.start();
      }
    } catch (KernelException e) {
      log.warning(e.getMessage() + "; changes by other programs are found a little later");
    }
  }

  private void follow(RulesetEvents events) {
    String complaint = "";
    while (!closed) {
      try {
        if (events.await(TURN)) {
          pending.add(new Event.RulesTouched());
        }
      } catch (KernelException e) {
        if (!closed && !complaint.equals(e.getMessage())) {
          complaint = String.valueOf(e.getMessage());
          log.warning(complaint);
        }
        pause();
      }
    }
  }

  private void pause() {
    try {
      Thread.sleep(MILLIS_TO_NEXT_TRY);
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  /** The thread ends when the rules are closed, or when it is interrupted in its sleep. */
  @Override
  public void close() {
    closed = true;
    if (thread != null) {
      thread.interrupt();
    }
  }
}
