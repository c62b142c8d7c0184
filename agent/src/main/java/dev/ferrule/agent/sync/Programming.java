// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import dev.ferrule.agent.conntrack.ConntrackFollower;
import dev.ferrule.agent.drift.DriftHistory;
import dev.ferrule.agent.log.Log;
import dev.ferrule.rules.diff.DesiredState;
import org.jspecify.annotations.Nullable;

/**
 * All that touches the kernel, which a dry run does without.
 *
 * @param fullLists null unless our rules are chains of iptables
 */
record Programming(
    KernelRules kernel,
    Committer committer,
    Mender mender,
    ConntrackFollower conntrack,
    @Nullable FullLists fullLists) {

  static Programming of(
      KernelRules kernel,
      DesiredState desired,
      ConntrackFollower conntrack,
      DriftHistory drifts,
      Log log) {
    Committer committer = new Committer(kernel, desired, log);
    return new Programming(
        kernel,
        committer,
        new Mender(kernel, committer, desired, drifts, log),
        conntrack,
        kernel instanceof KernelChains ? new FullLists(log) : null);
  }

  /** Connections are looked after once their rules are in the kernel. */
  void commit(DesiredState.Update update) {
    conntrack.expect(update);
    committer.commit(update);
    if (!committer.failed()) {
      conntrack.committed();
    }
  }

  /** Whether the kernel lacks something. */
  boolean failed() {
    return committer.failed();
  }
}
