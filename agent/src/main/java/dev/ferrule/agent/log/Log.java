// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.log;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes what the operator should know, a sentence each. Safe for several threads. */
@FunctionalInterface
public interface Log {

  /**
   * One fact.
   *
   * @param about the one object that it is about; null if it is about none, or several
   */
  record Entry(Level level, String text, @Nullable About about) {}

  /** Takes one fact. */
  void tell(Entry entry);

  /** What happens. */
  default void info(String text) {
    tell(new Entry(Level.INFO, text, null));
  }

  /** What is not as it should be. */
  default void warning(String text) {
    tell(new Entry(Level.WARNING, text, null));
  }

  /** What ought to be in force and is not. */
  default void error(String text) {
    tell(new Entry(Level.ERROR, text, null));
  }

  /** Hands on the text alone. */
  static Log of(Consumer<String> lines) {
    return entry -> lines.accept(entry.text());
  }
}
