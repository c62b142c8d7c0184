// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.nftables;

import dev.ferrule.rules.model.PodInterface;
import dev.ferrule.rules.model.Protocol;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * One step of a rule. Matches come first; when one fails, the packet goes on to the next rule. The
 * few kinds here are all that the layout needs; each has a text in nft's syntax and an encoding in
 * the kernel's.
 */
public sealed interface Statement {

  /** {@code KEY @set} or {@code KEY != @set}. */
  record InSet(List<Operand> key, String set, boolean negated) implements Statement {
    public InSet {
      key = List.copyOf(key);
    }
  }

  /** {@code meta l4proto tcp}. */
  record ProtocolIs(Protocol protocol) implements Statement {}

  /** {@code fib saddr type local} or {@code fib saddr type != local}: the node itself sends. */
  record SourceIsNode(boolean negated) implements Statement {}

  /** {@code ct status dnat}: some destination NAT was applied, ours or another program's. */
  record ConnectionIsTranslated() implements Statement {}

  /** {@code ct state new}. */
  record ConnectionIsNew() implements Statement {}

  /** {@code ct state invalid}: the kernel could not tell which connection it belongs to. */
  record ConnectionIsInvalid() implements Statement {}

  /** {@code ct direction original}: the packet goes the way of the connection's first one. */
  record IsFromClient() implements Statement {}

  /** {@code iifname "cni0"} or {@code iifname != "veth*"}: the interface it came in on. */
  record ArrivesOn(PodInterface interfaces, boolean negated) implements Statement {}

  /**
   * {@code tcp flags & (syn | ack) != (syn | ack)}; needs a match of TCP before it in the rule.
   *
   * @param flags all of these are compared
   */
  record LacksTcpFlags(Set<TcpFlag> flags) implements Statement {
    public LacksTcpFlags {
      flags = Collections.unmodifiableSet(EnumSet.copyOf(flags));
    }
  }

  /** Control bits of a TCP header (RFC 9293). */
  enum TcpFlag {
    SYN(0x02),
    ACK(0x10);

    private final int bit;

    TcpFlag(int bit) {
      this.bit = bit;
    }

    /** Its value in the byte of the header. */
    public int bit() {
      return bit;
    }
  }

  /** {@code KEY vmap @map}. */
  record VerdictFrom(List<Operand> key, String map) implements Statement {
    public VerdictFrom {
      key = List.copyOf(key);
    }
  }

  /** {@code dnat ip to KEY map @map}: the map holds address and port. */
  record TranslateTo(List<Operand> key, String map) implements Statement {
    public TranslateTo {
      key = List.copyOf(key);
    }
  }

  /**
   * {@code update @map { KEY timeout Ns : DATA }}: adds an element or refreshes its timeout; the
   * data of one that exists stays.
   */
  record Remember(String map, List<Operand> key, int timeoutSeconds, List<Operand> data)
      implements Statement {
    public Remember {
      key = List.copyOf(key);
      data = List.copyOf(data);
    }
  }

  /** {@code masquerade fully-random}. */
  record Masquerade() implements Statement {}

  /** {@code drop}. */
  record Drop() implements Statement {}

  /** {@code reject}: ICMP or ICMPv6 port unreachable. */
  record Reject() implements Statement {}

  /** {@code reject with tcp reset}; needs a match of TCP before it in the rule. */
  record ResetConnection() implements Statement {}

  /** {@code jump chain}. */
  record Jump(String chain) implements Statement {}

  /** {@code goto chain}. */
  record Goto(String chain) implements Statement {}

  /**
   * Something in our table that we did not write, as found in the kernel.
   *
   * @param expressions the kernel's names of its expressions, for the reader
   */
  record Foreign(String expressions) implements Statement {}
}
