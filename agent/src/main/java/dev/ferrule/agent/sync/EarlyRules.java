// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import dev.ferrule.rules.model.IpAddress;
import java.util.List;
import java.util.Set;

/** Rules that were put in force before this agent and before the network of this boot. */
public interface EarlyRules {

  /**
   * Whether the rules in force are those of what the source remembers: then an agent that cannot
   * reach its source goes on from that, as after a boot without any rules.
   */
  boolean areAsSaved();

  /**
   * The addresses that count as this host's. One that the rules count with is awaited for some time
   * and until it was there once: an interface that is not configured yet is not one that lost its
   * address. To be called by the sync thread.
   *
   * @param present what interfaces have
   */
  List<IpAddress> withAwaited(List<IpAddress> present);

  /** Those of the last {@link #withAwaited} that no interface has: nobody can listen there yet. */
  Set<IpAddress> awaited();
}
