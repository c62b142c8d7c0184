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

  /** The last port there is. */
  int MAX_PORT = 65_535;

  /** IFNAMSIZ of linux/if.h without the final zero. */
  int MAX_INTERFACE_NAME = 15;

  /**
   * {@code -s RANGE} or {@code ! -s RANGE}.
   *
   * @param negated not with a range of all addresses: iptables-nft does not take that
   */
  record Source(Cidr range, boolean negated) implements XtMatch {}

  /**
   * {@code -d RANGE} or {@code ! -d RANGE}: where the packet goes now.
   *
   * @param negated not with a range of all addresses: iptables-nft does not take that
   */
  record Destination(Cidr range, boolean negated) implements XtMatch {}

  /** {@code -i cni0}, {@code ! -i veth+}: the interface it came in on. */
  record ArrivesOn(PodInterface interfaces, boolean negated) implements XtMatch {

    public ArrivesOn {
      interfaces = asIptablesReads(interfaces);
    }

    /** A final plus is always a wildcard, and no wildcard finds room behind 15 bytes. */
    private static PodInterface asIptablesReads(PodInterface interfaces) {
      String name = interfaces.name();
      boolean room = name.length() < MAX_INTERFACE_NAME;
      String text = interfaces.prefix() && room ? name + "+" : name;
      return text.endsWith("+") && text.length() > 1
          ? new PodInterface(text.substring(0, text.length() - 1), true)
          : new PodInterface(text, false);
    }
  }

  /** {@code -p tcp}. */
  record ProtocolIs(Protocol protocol) implements XtMatch {}

  /**
   * {@code -m tcp --dport 30000:30063}; needs a {@link ProtocolIs} before it.
   *
   * @param first 0 to 65,535
   * @param last not before first; the same for one port
   */
  record Port(Protocol protocol, int first, int last) implements XtMatch {
    public Port {
      checkPorts(first, last);
    }
  }

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
  record OriginalPort(int first, int last) implements XtMatch {
    public OriginalPort {
      checkPorts(first, last);
    }
  }

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

    public Chance {
      if (ticks < 0 || ticks > ALWAYS) {
        throw new IllegalArgumentException(ticks + " is not in 0 to " + ALWAYS);
      }
    }
  }

  /**
   * {@code -m recent --rcheck --seconds N --reap --name LIST --mask ... --rsource}: the client was
   * put on the list within that time.
   *
   * @param list letters, digits, hyphens and dots, at most 199
   */
  record SeenRecently(String list, int seconds) implements XtMatch {}

  /**
   * {@code -m recent --set --name LIST --mask ... --rsource}: puts the client on the list; always
   * holds.
   */
  record Remember(String list) implements XtMatch {}

  private static void checkPorts(int first, int last) {
    if (first < 0 || first > last || last > MAX_PORT) {
      throw new IllegalArgumentException(first + ":" + last + " are no ports");
    }
  }
}
