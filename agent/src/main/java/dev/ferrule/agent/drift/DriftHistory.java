// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.drift;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** The latest repairs. One thread adds to it, any thread may read. */
public final class DriftHistory {

  /** How many are kept. */
  public static final int KEPT = 50;

  private volatile List<Drift> latest = List.of();
  private volatile String opponent = "";
  private final AtomicLong repairs = new AtomicLong();

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
    opponent = author;
  }

  /** Nobody does so any more. */
  public void peace() {
    opponent = "";
  }

  /** Who fights with us; empty if nobody does. */
  public String opponent() {
    return opponent;
  }

  /** How many there were since the start, kept or not. */
  public long repairs() {
    return repairs.get();
  }
}
