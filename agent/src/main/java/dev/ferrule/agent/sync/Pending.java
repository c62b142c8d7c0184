// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Events that wait for the sync thread. Those that arrive during a commit are handled together
 * after it; there is no other delay.
 */
final class Pending {

  private final BlockingQueue<Event> queue = new LinkedBlockingQueue<>();
  private volatile boolean ended;

  /** Events put together. */
  record Work(boolean source, boolean addresses, List<Question<?>> questions, boolean stop) {}

  /** Called by any thread. */
  void add(Event event) {
    queue.add(event);
    if (ended) {
      cancelQuestions();
    }
  }

  /** Nothing is taken any more: whoever waits for an answer gets none. */
  void end() {
    ended = true;
    cancelQuestions();
  }

  private void cancelQuestions() {
    for (Event event = queue.poll(); event != null; event = queue.poll()) {
      if (event instanceof Event.Asked asked) {
        asked.question().answer().cancel(false);
      }
    }
  }

  /**
   * All events that are there, after waiting for the first; null if none came in time, or only some
   * that are no work by themselves.
   */
  @Nullable Work take(long timeout, TimeUnit unit) throws InterruptedException {
    Event event = queue.poll(timeout, unit);
    if (event == null) {
      return null;
    }
    boolean source = false;
    boolean addresses = false;
    List<Question<?>> questions = new ArrayList<>();
    boolean stop = false;
    for (; event != null; event = queue.poll()) {
      source |= event instanceof Event.SourceChanged;
      addresses |= event instanceof Event.AddressesChanged;
      if (event instanceof Event.Asked asked) {
        questions.add(asked.question());
      }
      stop |= event instanceof Event.Stop;
    }
    if (!source && !addresses && questions.isEmpty() && !stop) {
      return null; // our rules are looked at in each turn
    }
    return new Work(source, addresses, List.copyOf(questions), stop);
  }
}
