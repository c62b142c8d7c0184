// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.source;

import dev.ferrule.rules.model.CatalogChange;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A source that tells when there is something new in it. */
public interface FollowedSource extends Source, AutoCloseable {

  /**
   * Says how to find out whether rules of an earlier run are in force: they are newer than anything
   * that was remembered of that run. To be called before {@link #load}.
   */
  default void rulesInForce(BooleanSupplier rules) {}

  /**
   * Tells from now on that something may be different since {@link #load}.
   *
   * @param changed called by any thread, once at least between a difference and its {@link
   *     #changes}; must not block
   */
  void follow(Runnable changed);

  /** What is different since this was called last, or since {@link #load}. */
  CatalogChange changes();

  /**
   * Tells those who look at an object in the source; where nobody can, nothing happens. The log has
   * it as well. Never waits.
   */
  default void tell(Notice notice) {}

  /** How it goes with each thing that is followed. Any thread may ask. */
  default List<SourceState> states() {
    return List.of();
  }

  @Override
  void close();
}
