// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.trace;

import dev.ferrule.rules.iptables.XtMatch;

/** Chances as the kernel counts them, and what they were meant to be. */
final class Chances {

  private Chances() {}

  /**
   * The simplest share that is rounded to these ticks. It is the one that was meant if its
   * denominator is below 2^15.5: then it is a convergent of the continued fraction (Legendre), and
   * no simpler one is as near.
   */
  static Share of(long ticks) {
    long rest = ticks;
    long divisor = XtMatch.Chance.ALWAYS;
    long part = 1;
    long previousPart = 0;
    long of = 0;
    long previousOf = 1;
    while (divisor != 0) {
      long whole = rest / divisor;
      long nextPart = whole * part + previousPart;
      long nextOf = whole * of + previousOf;
      previousPart = part;
      previousOf = of;
      part = nextPart;
      of = nextOf;
      if (Math.round((double) XtMatch.Chance.ALWAYS * part / of) == ticks) {
        break;
      }
      long remainder = rest % divisor;
      rest = divisor;
      divisor = remainder;
    }
    return new Share(part, of);
  }

  /** Everything else. */
  static Share not(Share share) {
    return new Share(share.of() - share.part(), share.of());
  }
}
