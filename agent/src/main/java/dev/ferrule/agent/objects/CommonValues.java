// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.objects;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Values that many objects have in common, such as the labels of the Pods of one ReplicaSet, kept
 * once. Safe for several threads.
 */
final class CommonValues<T> {

  private static final int MOST = 10_000;

  private final Map<T, T> values = new ConcurrentHashMap<>();

  /** The same value, the one that earlier callers got if that is still known. */
  T same(T value) {
    if (values.size() > MOST) {
      values.clear();
    }
    T known = values.putIfAbsent(value, value);
    return known == null ? value : known;
  }
}
