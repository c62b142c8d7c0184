// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.nftables;

import dev.ferrule.rules.compile.Target;
import dev.ferrule.rules.model.IpFamily;
import java.util.ArrayList;
import java.util.List;

/**
 * The chain that sends a packet to one of {@code count} endpoints. All Services with as many
 * endpoints share it: the endpoint is found by what the packet was sent to and a random slot.
 *
 * @param sticky ask first where the client went before
 */
public record PickChain(Target.Pool pool, boolean sticky, int count) {

  /**
   * Chains for so few endpoints are always there, so that most changes add and remove elements
   * only. (nft 1.0.6 could not add them by a script: it takes the data's port in a map that is
   * already in the kernel for a conflict of protocols.)
   */
  private static final int MADE_AHEAD = 16;

  /** Every chain that is there whatever Services there are. */
  static List<PickChain> madeAhead() {
    List<PickChain> chains = new ArrayList<>();
    for (Target.Pool pool : Target.Pool.values()) {
      for (int count = 1; count <= MADE_AHEAD; count++) {
        chains.add(new PickChain(pool, false, count));
      }
    }
    return chains;
  }

  /** Whether the chain is there whatever Services there are. */
  public boolean isMadeAhead() {
    return !sticky && count <= MADE_AHEAD;
  }

  /** Its name, e.g. {@code pick_3} or {@code sticky_local_2}. */
  public String name() {
    String kind = sticky ? "sticky_" : "pick_";
    return kind + (pool == Target.Pool.LOCAL ? "local_" : "") + count;
  }

  /** The same chain for clients that were never seen. */
  public PickChain withoutMemory() {
    return new PickChain(pool, false, count);
  }

  /** The chain as the kernel gets it. */
  public Chain chain(IpFamily family) {
    if (sticky) {
      List<Operand> key = new ArrayList<>(Layout.FRONTEND);
      key.add(Operand.Field.SOURCE);
      return new Chain(
          name(),
          null,
          List.of(
              Rule.of(new Statement.TranslateTo(key, Layout.AFFINITY)),
              Rule.of(new Statement.Goto(withoutMemory().name()))));
    }
    List<Operand> key = new ArrayList<>(Layout.FRONTEND);
    key.add(new Operand.RandomSlot(count));
    return new Chain(
        name(), null, List.of(Rule.of(new Statement.TranslateTo(key, Layout.backends(pool)))));
  }
}
