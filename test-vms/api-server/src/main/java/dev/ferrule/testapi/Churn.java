// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Changes objects one after the other at a rate. Each gets the time of its change in the annotation
 * {@value #TIME}, in nanoseconds since 1970; of an EndpointSlice one endpoint becomes ready or not
 * ready besides, so that a proxy has something to do.
 */
public final class Churn {

  /** Key of the annotation. */
  public static final String TIME = "ferrule.dev/test-time";

  /** One object to change. */
  record Target(Resource resource, String namespace, String name) {}

  private static final long SECOND = 1_000_000_000L;

  private final Registry registry;
  private final List<Target> targets;
  private final long rate;
  private final long changes;
  private final AtomicLong done = new AtomicLong();
  private final Thread thread = new Thread(this::run, "test-api churn");

  private Churn(Registry registry, List<Target> targets, int rate, int seconds) {
    this.registry = registry;
    this.targets = targets;
    this.rate = rate;
    this.changes = (long) rate * seconds;
    thread.setDaemon(true);
  }

  static Churn start(Registry registry, List<Target> targets, int rate, int seconds) {
    if (targets.isEmpty() || rate < 1 || rate > 100_000) {
      throw StatusError.badRequest("churn needs objects and a rate from 1 to 100000 a second");
    }
    Churn churn = new Churn(registry, targets, rate, seconds);
    churn.thread.start();
    return churn;
  }

  /** How many changes it has made. */
  public long done() {
    return done.get();
  }

  /** Ends it. */
  public void stop() {
    thread.interrupt();
  }

  /**
   * Waits for its end.
   *
   * @return whether it ended in this time
   */
  public boolean await(long seconds) throws InterruptedException {
    thread.join(TimeUnit.SECONDS.toMillis(seconds));
    return !thread.isAlive();
  }

  private void run() {
    long start = System.nanoTime();
    for (long i = 0; i < changes && !Thread.currentThread().isInterrupted(); i++) {
      long due = start + i * SECOND / rate;
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        if (Thread.currentThread().isInterrupted()) {
          return;
        }
        LockSupport.parkNanos(left);
      }
      Target target = targets.get((int) (i % targets.size()));
      int round = (int) (i / targets.size());
      try {
        registry.change(
            target.resource(),
            target.namespace(),
            target.name(),
            Registry.Part.WHOLE,
            false,
            object -> touch(object, round));
        done.incrementAndGet();
      } catch (StatusError e) {
        // Deleted meanwhile, or it cannot be changed: the others go on, and done() tells.
      }
    }
  }

  private static ObjectNode touch(ObjectNode object, int round) {
    Instant now = Instant.now();
    long time = now.getEpochSecond() * SECOND + now.getNano();
    object.withObject("/metadata/annotations").put(TIME, Long.toString(time));
    JsonNode endpoints = object.path("endpoints");
    if (!endpoints.isEmpty() && endpoints.get(round % endpoints.size()) instanceof ObjectNode one) {
      ObjectNode conditions = one.withObject("/conditions");
      conditions.put("ready", !conditions.path("ready").asBoolean(true));
    }
    return object;
  }
}
