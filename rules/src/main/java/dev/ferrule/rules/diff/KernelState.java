// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.diff;

import dev.ferrule.rules.iptables.XtState;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.TableState;
import java.util.Map;

/**
 * What of ours a kernel holds, or is to hold. Of the two kinds of rules one is empty.
 *
 * @param tables our nftables tables
 * @param chains our chains in the tables of iptables
 */
public record KernelState(Map<IpFamily, TableState> tables, Map<IpFamily, XtState> chains) {

  /** Nothing of ours. */
  public static final KernelState NONE = new KernelState(Map.of(), Map.of());

  public KernelState {
    tables = Map.copyOf(tables);
    chains = Map.copyOf(chains);
  }

  /** Tables of nftables alone. */
  public static KernelState ofTables(Map<IpFamily, TableState> tables) {
    return new KernelState(tables, Map.of());
  }

  /** Chains of iptables alone. */
  public static KernelState ofChains(Map<IpFamily, XtState> chains) {
    return new KernelState(Map.of(), chains);
  }

  /** Whether nothing of ours is there. */
  public boolean isEmpty() {
    return tables.isEmpty() && chains.values().stream().allMatch(XtState::isEmpty);
  }
}
