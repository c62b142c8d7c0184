// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.conntrack;

import dev.ferrule.agent.log.Log;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.rules.compile.Frontend;
import dev.ferrule.rules.compile.FrontendKey;
import dev.ferrule.rules.compile.ServicePortName;
import dev.ferrule.rules.compile.TrackedPort;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.diff.LeftFrontends;
import dev.ferrule.rules.model.ObjectName;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Removes stale connection tracking entries after commits, on a thread of its own: a table of a
 * million entries takes long to read, and the next commit must not wait for that. What is committed
 * meanwhile is looked after together in the next run.
 */
public final class ConntrackFollower implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Duration retryPeriod;
  private final Consumer<Removed> done;
  private final Log log;
  private final Thread thread;

  /** News whose commit is not made yet; owned by the thread that commits. */
  private News uncommitted = new News();

  /** News whose commit is made. Guarded by this object. */
  private News committed = new News();

  /** Guarded by this object. */
  private boolean closed;

  /** What changed, later news of a Service in the place of earlier ones. */
  private static final class News {
    private final Map<ObjectName, List<TrackedPort>> tracked = new HashMap<>();
    private final Map<FrontendKey, String> left = new HashMap<>();
    private final Map<FrontendKey, ServicePortName> bare = new HashMap<>();

    void add(News more) {
      tracked.putAll(more.tracked);
      left.putAll(more.left);
      bare.putAll(more.bare);
    }

    boolean isEmpty() {
      return tracked.isEmpty() && left.isEmpty() && bare.isEmpty();
    }
  }

  /**
   * @param retryPeriod time to the next run after one that failed
   * @param done takes what came of each run, on this object's thread
   * @param log takes one line for each run that removed something, and one for each kind of failure
   */
  public ConntrackFollower(Duration retryPeriod, Consumer<Removed> done, Log log) {
    this.retryPeriod = retryPeriod;
    this.done = done;
    this.log = log;
    this.thread = new Thread(this::follow, "conntrack");
    this.thread.setDaemon(true);
    this.thread.start();
  }

  /** Notes what is about to be committed; nothing is done about it before {@link #committed}. */
  public void expect(DesiredState.Update update) {
    uncommitted.tracked.putAll(update.tracked());
    uncommitted.left.putAll(LeftFrontends.of(update.changes()));
  }

  /** Looks after connections to frontends that had no rules for a while, and have them again. */
  public void missed(Collection<Frontend> frontends) {
    frontends.forEach(frontend -> uncommitted.bare.put(frontend.key(), frontend.owner()));
    committed();
  }

  /** All that was expected is in the kernel. */
  public void committed() {
    if (uncommitted.isEmpty()) {
      return;
    }
    News news = uncommitted;
    uncommitted = new News();
    synchronized (this) {
      committed.add(news);
      notifyAll();
    }
  }

  private void follow() {
    StaleEntryRemoval removal = new StaleEntryRemoval();
    String complaint = "";
    try {
      while (true) {
        News news = take(removal.isDue());
        removal.track(news.tracked);
        removal.leave(news.left);
        removal.missed(news.bare);
        try {
          Removed removed = removal.run();
          complaint = "";
          done.accept(removed);
          if (!removed.isEmpty()) {
            log.info(removed.text());
          }
        } catch (KernelException e) {
          if (!complaint.equals(e.getMessage())) {
            complaint = e.getMessage();
            log.warning("stale connections are not removed: " + complaint);
          }
        }
      }
    } catch (InterruptedException e) {
      // closed: the way this thread ends
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for news, or if a run has failed, for the next attempt. */
  private synchronized News take(boolean retry) throws InterruptedException {
    long end = System.nanoTime() + retryPeriod.toNanos();
    while (committed.isEmpty()) {
      if (closed) {
        throw new InterruptedException();
      }
      long left = (end - System.nanoTime()) / 1_000_000;
      if (retry && left <= 0) {
        return new News();
      }
      wait(retry ? left : 0);
    }
    News news = committed;
    committed = new News();
    return news;
  }

  /** Ends after the run that is going on and one for what was committed, if they are quick. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    try {
      thread.join(PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
