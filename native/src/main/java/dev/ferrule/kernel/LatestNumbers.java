// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import java.util.ArrayDeque;
import java.util.Deque;

/** The latest of some numbers. Any thread may use it. */
final class LatestNumbers {

  /** Events of a program's end may be read when the next ones run already. */
  private static final int KEPT = 16;

  private final Deque<Long> numbers = new ArrayDeque<>();

  synchronized void add(long number) {
    if (numbers.size() == KEPT) {
      numbers.removeFirst();
    }
    numbers.addLast(number);
  }

  synchronized boolean contains(int number) {
    return numbers.contains(Integer.toUnsignedLong(number));
  }
}
