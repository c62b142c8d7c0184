// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import dev.ferrule.agent.log.Log;
import java.time.Duration;
import java.util.List;

/** Says what the first complete picture is waiting for, once a minute as long as it lasts. */
final class Waiting implements AutoCloseable {

  static final long LOOK_MILLIS = 1000;

  private static final Duration BEFORE_TELLING = Duration.ofSeconds(2);

  private final ClusterCatalog catalog;
  private final String nodeName;
  private final Trouble trouble;
  private final Thread thread;
  private final long begun = System.nanoTime();

  // Set before a thread is started, or used by the one that waits.
  private String meanwhile = "nothing is programmed yet";

  Waiting(ClusterCatalog catalog, String nodeName, Log log) {
    this.catalog = catalog;
    this.nodeName = nodeName;
    this.trouble = new Trouble(log);
    this.thread = new Thread(this::run, "waiting");
    this.thread.setDaemon(true);
  }

  /** Whether something is missing still. */
  boolean still() {
    List<String> missing = catalog.missing(nodeName);
    if (!missing.isEmpty() && System.nanoTime() - begun > BEFORE_TELLING.toNanos()) {
      trouble.is(meanwhile + ": waiting for " + String.join(", ", missing));
    }
    return !missing.isEmpty();
  }

  /** What is in force as long as it lasts. */
  void meanwhile(String inForce) {
    meanwhile = inForce;
  }

  /** Watches on a thread of its own. */
  void start() {
    thread.start();
  }

  private void run() {
    try {
      while (still()) {
        Thread.sleep(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
