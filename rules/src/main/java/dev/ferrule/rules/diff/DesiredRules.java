// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.diff;

import dev.ferrule.rules.compile.ForwardingTable;
import dev.ferrule.rules.compile.Frontend;
import dev.ferrule.rules.compile.NodeContext;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpFamily;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The forwarding table as rules of one kind, in both families. */
interface DesiredRules {

  /**
   * Takes in some frontends of a first picture. Nothing is known of the kernel before {@link
   * #differenceTo} or {@link #firstDifferenceTo} was asked for all of them.
   */
  default void load(List<ForwardingTable.Change> changes) {
    // Those that are not told beforehand are worked out when the difference is asked for.
  }

  /**
   * What the kernel must change when frontends do, the node or the ranges of Services.
   *
   * @param node the node as it is now, if it or the ranges are others; else null
   * @param serviceCidrs counts only with a node
   * @param all every frontend as it is afterwards, for what cannot be changed in place
   */
  Changes update(
      List<ForwardingTable.Change> changes,
      @Nullable NodeContext node,
      Collection<Cidr> serviceCidrs,
      Collection<Frontend> all);

  /** How many elements each set is to hold, by family; none where rules are no sets. */
  default Map<IpFamily, Map<String, Integer>> elements() {
    return Map.of();
  }

  /** What leads from what the kernel holds to these frontends. */
  Changes differenceTo(KernelState kernel, Collection<Frontend> all);

  /**
   * The same, but what is not there at all need not be told piece by piece: at the start of an
   * agent that would double what it needs in memory.
   */
  Changes firstDifferenceTo(KernelState kernel, Collection<Frontend> all);

  /** What a kernel holds that was written by this alone. */
  KernelState state(Collection<Frontend> all);

  /**
   * Writes everything anew.
   *
   * @param kernel what is there of ours, as far as that must be known to replace it
   */
  Changes rewrite(KernelState kernel, Collection<Frontend> all, String reason);
}
