// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import dev.ferrule.agent.log.Log;
import java.io.IOException;
import java.time.Duration;

/**
 * Writes the state down when it was in force for a while, on a thread of its own: a write costs as
 * much as many commits, and after a crash the server tells what is newer.
 */
final class StateKeeper implements AutoCloseable {

  private static final Duration FIRST = Duration.ofSeconds(2);
  private static final Duration BETWEEN = Duration.ofSeconds(30);

  private final SavedState file;
  private final ClusterCatalog catalog;
  private final Trouble trouble;
  private final Thread thread;

  // Guarded by this object.
  private boolean due;
  private boolean closed;

  StateKeeper(SavedState file, ClusterCatalog catalog, Log log) {
    this.file = file;
    this.catalog = catalog;
    this.trouble = new Trouble(log);
    this.thread = new Thread(this::run, "state");
    this.thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** What the catalog holds is worth to be written. */
  synchronized void due() {
    due = true;
    notifyAll();
  }

  private void run() {
    try {
      if (awaitDue(Duration.ZERO)) {
        removeLeftover();
      }
      Duration pause = FIRST;
      while (awaitDue(pause)) {
        save();
        pause = BETWEEN;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Not before rules are in force: until then this may be a dry run, which touches nothing. */
  private void removeLeftover() {
    try {
      file.removeLeftover();
    } catch (IOException e) {
      return; // the write that follows fails as well, and says so
    }
  }

  /** False when it was closed. */
  private synchronized boolean awaitDue(Duration pause) throws InterruptedException {
    while (!due && !closed) {
      wait();
    }
    long end = System.nanoTime() + pause.toNanos();
    long left = pause.toMillis();
    while (!closed && left > 0) {
      wait(left);
      left = (end - System.nanoTime()) / 1_000_000;
    }
    return !closed;
  }

  private void save() {
    synchronized (this) {
      due = false;
    }
    try {
      file.write(catalog.content());
      trouble.over(file.file() + ": the state is saved again");
    } catch (IOException e) {
      trouble.is(
          file.file()
              + ": the state cannot be saved ("
              + e
              + "); after a reboot nothing is forwarded until the API server answers."
              + " Make the directory writable or set ferrule.stateDirectory");
      due();
    }
  }

  /** Writes what is due and ends. */
  @Override
  public void close() {
    boolean last;
    synchronized (this) {
      last = due && !closed;
      closed = true;
      notifyAll();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (last) {
      save();
    }
  }
}
