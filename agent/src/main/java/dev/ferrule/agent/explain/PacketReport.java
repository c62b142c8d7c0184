// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.explain;

import java.util.List;

/** What became of the test packet of {@code --send}. */
public sealed interface PacketReport {

  /**
   * It was not sent.
   *
   * @param why one sentence for the reader
   */
  record NotSent(String why) implements PacketReport {}

  /**
   * It was sent and followed.
   *
   * @param packet the packet and the way it was sent
   * @param path the rules that had a say, of all tables
   * @param end what became of it, as {@link dev.ferrule.rules.explain.Agreement} says it where
   *     rules decided
   * @param difference what it did otherwise than the rules that were read say; empty if nothing
   */
  record Followed(String packet, List<Line> path, String end, String difference)
      implements PacketReport {

    public Followed {
      path = List.copyOf(path);
    }

    /** Whether it did what the rules that were read say. */
    public boolean agrees() {
      return difference.isEmpty();
    }
  }

  /**
   * A rule that matched, or the policy of a chain that dropped it.
   *
   * @param table with its family, e.g. {@code ip ferrule}
   * @param handle the rule's handle; 0 for a policy
   * @param rule the rule's text if it is ours, else how to list it
   * @param verdict as nft writes it
   */
  record Line(String table, String chain, long handle, String rule, String verdict) {}
}
