// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.nftables.Chain;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel tells of a traced packet's way ({@code nft monitor trace}): a rule that matched,
 * or the end of a chain.
 *
 * @param family of the table as nft writes it, e.g. {@code ip} or {@code inet}
 * @param rule handle of the rule; 0 unless {@link Kind#RULE}
 * @param verdict as nft writes it, e.g. {@code continue} or {@code goto pick_3}
 * @param packet how the chain met it; null but for the first event of each base chain
 * @param outInterface number of the interface that it leaves by; 0 where that is not known or it
 *     does not leave
 */
public record TraceEvent(
    Kind kind,
    String family,
    String table,
    String chain,
    long rule,
    String verdict,
    @Nullable SeenPacket packet,
    int outInterface) {

  /** Its number in every network namespace. */
  private static final int LOOPBACK_INTERFACE = 1;

  /** Kinds of events (enum nft_trace_types). */
  public enum Kind {
    /** The packet came to the end of a base chain. */
    POLICY,
    /** It came to the end of a chain that was jumped to. */
    RETURN,
    /** A rule matched. */
    RULE
  }

  /** Whether the packet goes no further. */
  public boolean isDrop() {
    return verdict.equals("drop");
  }

  /** Whether it is about the table by which we trace, which decides about nothing. */
  public boolean isOfTraceTable() {
    return table.equals(TraceTable.NAME);
  }

  /** Whether the packet got through to a process of this node, or to nobody there. */
  public boolean isDelivery() {
    return isOfTraceTable() && chain.equals(Chain.Point.INPUT.nftName());
  }

  /** Whether it got through and leaves this node. */
  public boolean isDeparture() {
    return isOfTraceTable()
        && chain.equals(Chain.Point.POSTROUTING.nftName())
        && outInterface != LOOPBACK_INTERFACE;
  }
}
