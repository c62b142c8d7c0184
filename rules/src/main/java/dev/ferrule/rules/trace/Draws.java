// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.trace;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes chance repeatable: a packet is sent through the rules once for each way that its random
 * numbers can lead, and each time this says which way to take.
 */
final class Draws {

  private final List<Integer> script;
  private final List<Integer> taken = new ArrayList<>();

  /** The number of ways there were at each draw. */
  private final List<Integer> ways = new ArrayList<>();

  private Share share = Share.ALL;

  private Draws(List<Integer> script) {
    this.script = script;
  }

  /** Takes the first way each time. */
  static Draws first() {
    return new Draws(List.of());
  }

  /**
   * Chooses one of the ways.
   *
   * @param shares how likely each way is, at least one
   */
  int draw(List<Share> shares) {
    int way = taken.size() < script.size() ? script.get(taken.size()) : 0;
    taken.add(way);
    ways.add(shares.size());
    share = share.times(shares.get(way));
    return way;
  }

  /** How likely the ways are that were taken. */
  Share share() {
    return share;
  }

  /** The draws that go on with the next combination of ways; null after the last one. */
  @Nullable Draws next() {
    for (int i = taken.size() - 1; i >= 0; i--) {
      if (taken.get(i) + 1 < ways.get(i)) {
        List<Integer> next = new ArrayList<>(taken.subList(0, i));
        next.add(taken.get(i) + 1);
        return new Draws(next);
      }
    }
    return null;
  }
}
