// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import dev.ferrule.rules.compile.Backend;

/** What a rule does with a packet that it matches. */
public sealed interface XtAction {

  /** {@code -j CHAIN}: goes on behind this rule if the chain decides nothing. */
  record Jump(String chain) implements XtAction {}

  /** {@code -g CHAIN}: goes on behind the last jump if the chain decides nothing. */
  record Goto(String chain) implements XtAction {}

  /** {@code -j RETURN}. */
  record Return() implements XtAction {}

  /** {@code -j ACCEPT}. */
  record Accept() implements XtAction {}

  /** {@code -j DROP}; the nat table does not take it. */
  record Drop() implements XtAction {}

  /** {@code -j REJECT --reject-with icmp-port-unreachable}, of IPv6 icmp6-port-unreachable. */
  record Reject() implements XtAction {}

  /** {@code -j REJECT --reject-with tcp-reset}; needs a match of TCP. */
  record ResetConnection() implements XtAction {}

  /** {@code -j DNAT --to-destination ADDRESS:PORT}; needs a match of the protocol. */
  record TranslateTo(Backend backend) implements XtAction {}

  /** {@code -j MARK --set-xmark VALUE/MASK}: clears the bits of mask, then toggles value. */
  record SetMark(int value, int mask) implements XtAction {}

  /** {@code -j MASQUERADE --random-fully}. */
  record Masquerade() implements XtAction {}

  /**
   * A rule in a chain of ours that we would not write.
   *
   * @param text the whole rule as iptables-save prints it, without {@code -A CHAIN}
   */
  record Foreign(String text) implements XtAction {}
}
