// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.nftables;

import dev.ferrule.rules.compile.Target;
import dev.ferrule.rules.model.IpFamily;
import java.util.ArrayList;
import java.util.List;

/**
 * The chain that sends a packet to the endpoint in one of {@code count} slots. All Services with as
 * many slots share it: the endpoint is found by what the packet was sent to and a slot.
 *
 * @param sticky ask first where the client went before
 * @param hashed the source address decides on the slot, not chance
 */
public record PickChain(Target.Pool pool, boolean sticky, boolean hashed, int count) {

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
        chains.add(new PickChain(pool, false, false, count));
      }
    }
    return chains;
  }

  /** Whether the chain is there whatever Services there are. */
  public boolean isMadeAhead() {
    return !sticky && !hashed && count <= MADE_AHEAD;
  }

  /** Its name, e.g. {@code pick_3}, {@code hash_local_1024} or {@code sticky_2}. */
  public String name() {
    String way = hashed ? "hash_" : sticky ? "" : "pick_";
    return (sticky ? "sticky_" : "") + way + (pool == Target.Pool.LOCAL ? "local_" : "") + count;
  }

  /** The same chain for clients that were never seen. */
  public PickChain withoutMemory() {
    return new PickChain(pool, false, hashed, count);
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
    key.add(hashed ? new Operand.SourceHash(count) : new Operand.RandomSlot(count));
    List<Rule> rules = new ArrayList<>();
    rules.add(Rule.of(new Statement.TranslateTo(key, Layout.backends(pool))));
    PickChain first = new PickChain(pool, false, false, 1);
    if (!equals(first)) {
      // The kernel looks each key up in what is in force at that moment. A packet that came here
      // just before a commit took slots away finds its slot gone, but the first one is always
      // there.
      rules.add(Rule.of(new Statement.Goto(first.name())));
    }
    return new Chain(name(), null, rules);
  }
}
