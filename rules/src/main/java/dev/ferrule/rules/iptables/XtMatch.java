// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.PodInterface;
import dev.ferrule.rules.model.Protocol;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** What a rule asks of a packet: the few kinds that our chains need. */
public sealed interface XtMatch {

  /** {@code -s RANGE} or {@code ! -s RANGE}. */
  record Source(Cidr range, boolean negated) implements XtMatch {}

  /** {@code -d RANGE} or {@code ! -d RANGE}: where the packet goes now. */
  record Destination(Cidr range, boolean negated) implements XtMatch {}

  /** {@code -i cni0}, {@code ! -i veth+}: the interface it came in on. */
  record ArrivesOn(PodInterface interfaces, boolean negated) implements XtMatch {}

  /** {@code -p tcp}. */
  record ProtocolIs(Protocol protocol) implements XtMatch {}

  /**
   * {@code -m tcp --dport 30000:30063}; needs a {@link ProtocolIs} before it.
   *
   * @param first 0 to 65,535
   * @param last not before first; the same for one port
   */
  record Port(Protocol protocol, int first, int last) implements XtMatch {}

  /** {@code -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN}: in the middle of a connection. */
  record NotSyn() implements XtMatch {}

  /** {@code -m addrtype --src-type LOCAL}: the node itself sends. */
  record SourceIsNode() implements XtMatch {}

  /** {@code -m conntrack --ctstate NEW,DNAT}. */
  record State(Set<ConnectionState> states, boolean negated) implements XtMatch {
    public State {
      states = Collections.unmodifiableSet(EnumSet.copyOf(states));
    }
  }

  /** States of a connection, in the order in which iptables writes them. */
  enum ConnectionState {
    INVALID,
    NEW,
    RELATED,
    ESTABLISHED,
    UNTRACKED,
    SNAT,
    DNAT
  }

  /** {@code -m conntrack --ctdir ORIGINAL}: the way of the connection's first packet. */
  record FromClient() implements XtMatch {}

  /** {@code -m conntrack --ctorigdst RANGE}: where the client sent it before DNAT. */
  record OriginalDestination(Cidr range) implements XtMatch {}

  /**
   * {@code -m conntrack --ctorigdstport 53}.
   *
   * @param first 0 to 65,535
   * @param last not before first; the same for one port
   */
  record OriginalPort(int first, int last) implements XtMatch {}

  /** {@code -m mark --mark 0x4000/0x4000} or {@code ! --mark ...}. */
  record Mark(int value, int mask, boolean negated) implements XtMatch {}

  /**
   * {@code -m statistic --mode random --probability P}: P is {@code ticks / 2^31}, which is how the
   * kernel counts (linux/netfilter/xt_statistic.h).
   *
   * @param ticks 0 to 2^31
   */
  record Chance(long ticks) implements XtMatch {

    /** What is certain. */
    public static final long ALWAYS = 1L << 31;
  }

  /**
   * {@code -m recent --rcheck --seconds N --reap --name LIST --rsource}: the client was put on the
   * list within that time.
   */
  record SeenRecently(String list, int seconds) implements XtMatch {}

  /** {@code -m recent --set --name LIST --rsource}: puts the client on the list; always holds. */
  record Remember(String list) implements XtMatch {}
}
