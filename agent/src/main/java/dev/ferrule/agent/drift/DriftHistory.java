// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.drift;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The latest repairs. One thread adds to it, any thread may read. */
public final class DriftHistory {

  /** How many are kept. */
  public static final int KEPT = 50;

  private volatile List<Drift> latest = List.of();
  private volatile @Nullable Fight fight;
  private volatile @Nullable Instant peace;
  private final AtomicLong repairs = new AtomicLong();

  /**
   * Somebody changes our rules again and again.
   *
   * @param author as repairs name it
   */
  public record Fight(String author, Instant since) {}

  /** Called by the sync thread alone. */
  public void add(Drift drift) {
    List<Drift> next = new ArrayList<>(latest);
    if (next.size() == KEPT) {
      next.remove(0);
    }
    next.add(drift);
    latest = List.copyOf(next);
    repairs.incrementAndGet();
  }

  /** The latest repairs, the last one at the end; never changed. */
  public List<Drift> latest() {
    return latest;
  }

  /** Somebody changes our rules again and again, so that repairs are damped. */
  public void fight(String author) {
    fight = new Fight(author, Instant.now());
  }

  /** Nobody does so any more. */
  public void peace() {
    fight = null;
    peace = Instant.now();
  }

  /** The fight that is going on; null if there is none. */
  public @Nullable Fight fight() {
    return fight;
  }

  /** When the last fight ended; null if none has. */
  public @Nullable Instant peaceSince() {
    return peace;
  }

  /** How many there were since the start, kept or not. */
  public long repairs() {
    return repairs.get();
  }
}
