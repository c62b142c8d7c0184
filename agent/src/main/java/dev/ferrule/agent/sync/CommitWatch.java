// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import dev.ferrule.rules.diff.Changes;
import dev.ferrule.rules.diff.DesiredState;

/** Is told by the sync thread of each transaction to our tables, on both sides of it. */
public interface CommitWatch {

  /**
   * A transaction is about to be sent. What time this takes, the change waits.
   *
   * @param desired what is wanted now; not to be kept
   * @return is told whether the kernel took it
   */
  Outcome before(Changes changes, DesiredState desired);

  /** What becomes of the transaction. */
  interface Outcome {

    /** It has ended. */
    void ended(boolean committed);
  }
}
