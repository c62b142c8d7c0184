// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import dev.ferrule.rules.diff.Changes;
import java.time.Duration;

/**
 * A commit that the kernel took.
 *
 * @param cause what made it necessary
 * @param changes what it changed; none if the kernel had everything, or if after a failure all was
 *     written anew
 * @param took from taking up the work to the end of the commit
 */
public record Commit(Cause cause, Changes changes, Duration took) {

  /** What makes a commit necessary. */
  public enum Cause {
    /** The agent starts. */
    START,

    /** The source says something else. */
    SOURCE,

    /** The host has other addresses. */
    ADDRESSES,

    /** Somebody else changed our rules. */
    DRIFT,

    /** An earlier commit failed. */
    RETRY
  }
}
