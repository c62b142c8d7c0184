// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.trace;

import java.util.Locale;

/**
 * An exact probability, in lowest terms.
 *
 * @param part 0 to {@code of}
 * @param of at least 1
 */
public record Share(long part, long of) {

  /** Certain. */
  public static final Share ALL = new Share(1, 1);

  /** Impossible. */
  public static final Share NONE = new Share(0, 1);

  public Share {
    if (of < 1 || part < 0 || part > of) {
      throw new IllegalArgumentException(part + " of " + of + " is no share");
    }
    long divisor = gcd(part, of);
    part /= divisor;
    of /= divisor;
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  /** Both, one after the other. */
  public Share times(Share other) {
    return new Share(Math.multiplyExact(part, other.part), Math.multiplyExact(of, other.of));
  }

  /** Either, where both cannot be. */
  public Share plus(Share other) {
    return new Share(
        Math.addExact(
            Math.multiplyExact(part, other.of / gcd(of, other.of)),
            Math.multiplyExact(other.part, of / gcd(of, other.of))),
        Math.multiplyExact(of, other.of / gcd(of, other.of)));
  }

  /** 0 to 1. */
  public double value() {
    return (double) part / of;
  }

  /** In percent with at most one digit behind the point, e.g. {@code 33.3%}. */
  @Override
  public String toString() {
    String text = String.format(Locale.ROOT, "%.1f%%", 100.0 * part / of);
    return text.replace(".0%", "%");
  }
}
