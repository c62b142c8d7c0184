// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.explain;

import dev.ferrule.agent.sync.KernelRules;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.diff.KernelState;
import dev.ferrule.rules.diff.Rendering;
import dev.ferrule.rules.explain.Affinity;
import dev.ferrule.rules.explain.RuleKind;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.trace.Connection;
import dev.ferrule.rules.trace.TracedRules;

/** Follows connections through rules of one kind: those that are wanted and the kernel's. */
sealed interface Rulebook permits TableRulebook, ChainRulebook {

  /** The one for the kind of rules that a state is written in. */
  static Rulebook of(DesiredState state) {
    return state.rendering() instanceof Rendering.Iptables
        ? new ChainRulebook(state)
        : new TableRulebook(state);
  }

  /** The kind of rules. */
  RuleKind kind();

  /** What the wanted rules do with a client that was never seen. */
  TracedRules wanted(Connection connection);

  /** How to say that nothing of ours is in the kernel. */
  String nothing(IpFamily family);

  /**
   * Reads the kernel.
   *
   * @param kernel of the same kind
   * @throws KernelException if it cannot be read
   */
  Reading read(KernelRules kernel, Connection connection) throws KernelException;

  /** What was read for one connection. */
  interface Reading {

    /** Whom the kernel remembers. */
    Affinity affinity();

    /** What the wanted rules would do with a client that the kernel remembers. */
    TracedRules wanted();

    /** What the kernel's rules do; none if nothing of ours is there. */
    TracedRules held();

    /** What is there of ours in the connection's family. */
    KernelState state();

    /** Sends a packet and follows it. */
    PacketReport send();
  }
}
