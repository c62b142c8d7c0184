// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import dev.ferrule.kernel.KernelException;
import dev.ferrule.kernel.RulesetEvents;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether our rules are as we read or left them: by the kernel's generation number, and by what the
 * kernel tells of commits where it does.
 */
final class ForeignCommits {

  /** A larger change of ours is not told to ourselves, which would make it slower. */
  static final int LARGE = 1000;

  /** By more than this it is not only behind; reading our rules instead is dear. */
  private static final Duration LISTENER_LAGS = Duration.ofSeconds(1);

  /** Of commits whose number is not known. */
  static final int ANY = -1;

  /** Asks for the kernel's generation number. */
  interface Generation {
    long now() throws KernelException;
  }

  private final Generation generation;

  /** Null while nobody listens. */
  private @Nullable RulesetEvents events;

  /** The generation at which our rules were as we know them; null if there is none. */
  private @Nullable Long known;

  /** Whether somebody committed something beside our own commit, so that we have to look. */
  private boolean disturbed;

  /** Since when the kernel tells us less than it has done; null if it does not. */
  private @Nullable Long silentSince;

  ForeignCommits(Generation generation) {
    this.generation = generation;
  }

  /** Begins to listen; what happened since the last look is found by reading. */
  void listen(RulesetEvents source) throws KernelException {
    source.join();
    events = source;
  }

  /** To be called before our rules are read. */
  void reading() throws KernelException {
    if (events != null) {
      events.join();
    }
    known = generation.now();
    disturbed = false;
  }

  Suspicion suspicion() throws KernelException {
    long now = generation.now();
    if (!disturbed && known != null && known == now) {
      return Suspicion.NONE;
    }
    if (known == null || events == null) {
      return Suspicion.POSSIBLE;
    }
    RulesetEvents.Verdict verdict = events.between((int) (long) known, (int) now);
    if (verdict.state() != RulesetEvents.State.NOT_HEARD_YET) {
      silentSince = null;
    }
    if (disturbed || verdict.state() == RulesetEvents.State.TOUCHED) {
      return new Suspicion(Suspicion.Degree.CERTAIN, verdict.commits());
    }
    return switch (verdict.state()) {
      case UNTOUCHED -> {
        known = now;
        yield Suspicion.NONE;
      }
      case TOUCHED -> new Suspicion(Suspicion.Degree.CERTAIN, verdict.commits());
      case NOT_HEARD_YET -> isSilentTooLong() ? Suspicion.POSSIBLE : Suspicion.NONE;
      case UNKNOWN -> Suspicion.POSSIBLE;
    };
  }

  private boolean isSilentTooLong() {
    long now = System.nanoTime();
    if (silentSince == null) {
      silentSince = now;
    }
    return now - silentSince > LISTENER_LAGS.toNanos();
  }

  /** Something that commits. */
  @FunctionalInterface
  interface Work {
    void run() throws KernelException;
  }

  /**
   * Carries out a commit of our own.
   *
   * @param commits how many generations it makes at most, if nobody else commits; {@link #ANY} if
   *     that cannot be told
   * @param large whether not to listen meanwhile
   */
  void own(int commits, boolean large, Work work) throws KernelException {
    boolean quiet = suspicion().degree() == Suspicion.Degree.NONE;
    Long before = known;
    boolean trusted = quiet && before != null && before == generation.now();
    boolean told = events != null && !large;
    if (large && events != null) {
      events.leave();
    }
    try {
      work.run();
    } finally {
      long after = generation.now();
      if (trusted && before != null && (after - before <= commits || (commits == ANY && !told))) {
        known = after;
      } else if (events == null) {
        known = null;
      } else if (large) {
        disturbed = true; // else the events tell whose commits these were
        known = after;
      }
      if (large && events != null) {
        events.join();
      }
    }
  }

  void close() {
    if (events != null) {
      events.close();
    }
  }
}
