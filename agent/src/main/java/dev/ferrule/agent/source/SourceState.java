// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.source;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How it goes with one thing that is followed.
 *
 * @param what for example {@code Services}, or the path of a folder
 * @param since when that condition began
 * @param heard when something was read from it last; null if nothing was yet
 * @param detail why it is away, or what is there; may be empty
 */
public record SourceState(
    String what, Condition condition, Instant since, @Nullable Instant heard, String detail) {

  /** Whether its changes arrive. */
  public enum Condition {
    /** All of it is being read. */
    LISTING("listing"),

    /** Its changes arrive. */
    FOLLOWING("following"),

    /** It cannot be read; it is tried again. */
    AWAY("away");

    private final String text;

    Condition(String text) {
      this.text = text;
    }

    /** As it is shown. */
    public String text() {
      return text;
    }
  }
}
