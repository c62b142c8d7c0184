// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

/**
 * Resource versions. For one kind of objects of one cluster they are decimal numbers that grow
 * (Kubernetes API concepts, "Resource version comparison").
 */
final class Versions {

  static final long UNKNOWN = -1;

  private Versions() {}

  /** The number; {@link #UNKNOWN} for what is none. */
  static long number(String version) {
    try {
      return Long.parseLong(version);
    } catch (NumberFormatException e) {
      return UNKNOWN;
    }
  }

  /** Whether the one comes after the other, as far as can be known: what is no number does. */
  static boolean isLater(String one, String other) {
    if (one.isEmpty()) {
      return false;
    }
    long number = number(one);
    return number == UNKNOWN || number > number(other);
  }
}
