// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import dev.ferrule.kernel.ForeignCommit;
import java.util.List;

/**
 * Whether somebody else may have changed our rules.
 *
 * @param commits those that did, as far as the kernel told; the latest ones if there are many
 */
public record Suspicion(Degree degree, List<ForeignCommit> commits) {

  public Suspicion {
    commits = List.copyOf(commits);
  }

  /** Nobody did. */
  public static final Suspicion NONE = new Suspicion(Degree.NONE, List.of());

  /** Somebody may have. */
  public static final Suspicion POSSIBLE = new Suspicion(Degree.POSSIBLE, List.of());

  /** How sure it is. */
  public enum Degree {
    /** Our rules are as we left them, or we shall hear of it in moments. */
    NONE,

    /** Somebody changed something, which may be none of ours. */
    POSSIBLE,

    /** Somebody changed what is ours. */
    CERTAIN
  }
}
