// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.drift;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * When our rules may be repaired again. Where another program damages them again and again, each
 * repair at once would take the processor; but without it nothing is forwarded. So the first
 * repairs of a minute come at once, and from then on they take at most a tenth of the time. The
 * caller gives the time, as {@link System#nanoTime} counts.
 */
public final class RepairPace {

  /** So many repairs within {@link #QUIET} come at once. */
  static final int AT_ONCE = 20;

  /** After so much time without damage all is forgotten. */
  static final Duration QUIET = Duration.ofMinutes(1);

  private static final int SHARE_OF_TIME = 10;
  private static final long SHORTEST_PAUSE = Duration.ofMillis(100).toNanos();
  private static final long LONGEST_PAUSE = Duration.ofSeconds(30).toNanos();

  /** What to tell about a repair. */
  public enum News {
    /** It is told like any other. */
    REPAIR,

    /** From now on they are damped, and not told one by one. */
    FIGHT_BEGINS,

    /** They are damped; to be told once a minute. */
    FIGHT_GOES_ON,

    /** They are damped, and that was told lately. */
    NOTHING
  }

  private final Deque<Long> latest = new ArrayDeque<>();
  private long notBefore;
  private boolean waits;
  private boolean fighting;
  private long toldAt;
  private int sinceTold;

  /** Whether a repair may begin now. */
  public boolean mayRepair(long now) {
    return !waits || now - notBefore >= 0;
  }

  /** A repair was made. */
  public News repaired(long now, Duration took) {
    latest.addLast(now);
    forgetBefore(now - QUIET.toNanos());
    sinceTold++;
    if (latest.size() < AT_ONCE) {
      return fighting ? toldAgain(now) : News.REPAIR;
    }
    long pause = SHARE_OF_TIME * took.toNanos();
    notBefore = now + Math.min(LONGEST_PAUSE, Math.max(SHORTEST_PAUSE, pause));
    waits = true;
    if (!fighting) {
      fighting = true;
      told(now);
      return News.FIGHT_BEGINS;
    }
    return toldAgain(now);
  }

  private News toldAgain(long now) {
    return now - toldAt >= QUIET.toNanos() ? News.FIGHT_GOES_ON : News.NOTHING;
  }

  /** It was told; returns how many repairs there were since the last time. */
  public int told(long now) {
    int repairs = sinceTold;
    toldAt = now;
    sinceTold = 0;
    return repairs;
  }

  /** Whether a fight has just ended, because there was no damage for a minute. */
  public boolean hasEnded(long now) {
    forgetBefore(now - QUIET.toNanos());
    if (!latest.isEmpty()) {
      return false;
    }
    boolean ended = fighting;
    fighting = false;
    waits = false;
    return ended;
  }

  private void forgetBefore(long oldest) {
    while (!latest.isEmpty() && latest.getFirst() - oldest <= 0) {
      latest.removeFirst();
    }
    while (latest.size() > AT_ONCE) {
      latest.removeFirst();
    }
  }
}
