// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.health;

import dev.ferrule.rules.model.IpFamily;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Whether the kernel follows what the source says, as kube-proxy defines it ({@code
 * pkg/proxy/healthcheck}): healthy are all families that are in step, or have not been for less
 * than a set time, or have never been because the proxy starts. Safe for several threads.
 */
public final class ProxyHealth {

  /** What is said of the last update when there was none. */
  private static final Instant NEVER = Instant.parse("0001-01-01T00:00:00Z");

  private final long limitNanos;
  private final LongSupplier nanos;
  private final Supplier<Instant> clock;

  // Guarded by this object.
  private final Map<IpFamily, Instant> synced = new EnumMap<>(IpFamily.class);
  private final Map<IpFamily, Long> queuedSince = new EnumMap<>(IpFamily.class);
  private boolean nodeLeaving;

  /**
   * What can be said at one moment.
   *
   * @param healthy whether the rules are up to date, or not old enough to matter
   * @param nodeEligible false once the node is about to be deleted
   * @param lastUpdated when the rules were last known to be up to date; year 1 if never
   * @param currentTime when this was asked
   */
  public record Status(
      boolean healthy, boolean nodeEligible, Instant lastUpdated, Instant currentTime) {}

  /**
   * Healthy, and the node eligible, until told otherwise.
   *
   * @param limit how long a change may wait for its commit
   */
  public ProxyHealth(Duration limit) {
    this(limit, System::nanoTime, Instant::now);
  }

  ProxyHealth(Duration limit, LongSupplier nanos, Supplier<Instant> clock) {
    this.limitNanos = limit.toNanos();
    this.nanos = nanos;
    this.clock = clock;
  }

  /** There is a change for the family that the kernel does not have yet. */
  public synchronized void queued(IpFamily family) {
    queuedSince.putIfAbsent(family, nanos.getAsLong());
  }

  /** The kernel has all changes for the family that were queued. */
  public synchronized void synced(IpFamily family) {
    queuedSince.remove(family);
    synced.put(family, clock.get());
  }

  /** Whether the kernel has ever had all that the source said. */
  public synchronized boolean isReady() {
    return !synced.isEmpty();
  }

  /** What the Node object says. */
  public synchronized void nodeIsLeaving(boolean leaving) {
    nodeLeaving = leaving;
  }

  /** Whether the proxy is well, whatever becomes of the node. */
  public boolean isHealthy() {
    return status().healthy();
  }

  /** All that is known now. */
  public synchronized Status status() {
    long now = nanos.getAsLong();
    Instant lastUpdated = NEVER;
    boolean healthy = true;
    for (Map.Entry<IpFamily, Instant> family : synced.entrySet()) {
      Long since = queuedSince.get(family.getKey());
      if (since != null && now - since >= limitNanos) {
        // The oldest of those that are late is the one to tell of.
        lastUpdated = healthy ? family.getValue() : earlier(lastUpdated, family.getValue());
        healthy = false;
      } else if (healthy && family.getValue().isAfter(lastUpdated)) {
        lastUpdated = family.getValue();
      }
    }
    return new Status(healthy, !nodeLeaving, lastUpdated, clock.get());
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }
}
