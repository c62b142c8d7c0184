// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import dev.ferrule.rules.model.ObjectName;
import java.util.function.LongPredicate;

/**
 * Chooses places in a range so that a Service gets the same one again on every node and after every
 * restart: where its name falls, or the next free place behind. Like the allocators of Kubernetes
 * it leaves the first part of the range to people who choose by hand, until the rest is used up.
 */
final class Spread {

  private static final long BY_HAND_MIN = 16;
  private static final long BY_HAND_MAX = 256;

  private Spread() {}

  /**
   * The place in 0 to {@code size - 1} for the key.
   *
   * @return -1 if none is free
   */
  static long place(ObjectName name, String use, long size, LongPredicate free) {
    long byHand = Math.min(Math.max(size / 16, BY_HAND_MIN), BY_HAND_MAX);
    if (byHand >= size) {
      byHand = 0;
    }
    long rest = size - byHand;
    long start = Long.remainderUnsigned(hash(name + " " + use), rest);
    for (long i = 0; i < rest; i++) {
      long place = byHand + (start + i) % rest;
      if (free.test(place)) {
        return place;
      }
    }
    for (long place = 0; place < byHand; place++) {
      if (free.test(place)) {
        return place;
      }
    }
    return -1;
  }

  /**
   * FNV-1a with a final mix (MurmurHash3's), since its high bits depend little on the last byte.
   */
  private static long hash(String text) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
    hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
    return hash ^ hash >>> 33;
  }
}
