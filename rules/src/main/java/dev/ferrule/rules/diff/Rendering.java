// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.diff;

import dev.ferrule.rules.nftables.Counting;

/** What the rules are written in. */
public sealed interface Rendering {

  /**
   * Tables of our own with maps and sets.
   *
   * @param counting which maps count connections
   */
  record Nftables(Counting counting) implements Rendering {

    /** Without counters. */
    public Nftables() {
      this(Counting.OFF);
    }
  }

  /**
   * Chains in the tables of iptables.
   *
   * @param masqueradeBit bit of the packet's mark that asks for masquerade, 0 to 31
   * @param dropInvalid whether packets are not forwarded that connection tracking cannot place
   * @param localhostNodePorts whether NodePorts are open on loopback, so that packets to loopback
   *     must be kept out that come from other hosts
   */
  record Iptables(int masqueradeBit, boolean dropInvalid, boolean localhostNodePorts)
      implements Rendering {}
}
