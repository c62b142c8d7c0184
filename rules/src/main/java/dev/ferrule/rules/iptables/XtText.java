// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.PodInterface;
import java.util.stream.Collectors;

/**
 * Rules as iptables-save 1.8 prints them, which iptables-restore reads too. {@link XtParser} is the
 * way back.
 */
public final class XtText {

  /** {@code --tcp-flags}: of these four only SYN is set (libxt_tcp). */
  static final String SYN = "FIN,SYN,RST,ACK SYN";

  private final StringBuilder out;
  private final IpFamily family;

  private XtText(IpFamily family, String start) {
    this.family = family;
    this.out = new StringBuilder(160).append(start);
  }

  /** The rule alone: {@code -d 10.96.0.1/32 -p tcp -m tcp --dport 443 -j RETURN}. */
  public static String of(IpFamily family, XtRule rule) {
    return new XtText(family, "").rule(rule).out.toString();
  }

  /** The rule as it stands in a chain: {@code -A CHAIN ...}. */
  public static String of(IpFamily family, String chain, XtRule rule) {
    return behind(family, "-A " + chain, rule);
  }

  /** The rule behind another command, for example {@code -I INPUT 1}. */
  static String behind(IpFamily family, String command, XtRule rule) {
    return new XtText(family, command).rule(rule).out.toString();
  }

  private XtText word(String word) {
    if (out.length() > 0) {
      out.append(' ');
    }
    out.append(word);
    return this;
  }

  private XtText rule(XtRule rule) {
    if (rule.action() instanceof XtAction.Foreign foreign) {
      return foreign.text().isEmpty() ? this : word(foreign.text());
    }
    boolean commented = rule.comment().isEmpty();
    String before = "";
    for (XtMatch match : rule.matches()) {
      String module = module(match);
      if (!module.isEmpty() && !commented) {
        comment(rule);
        commented = true;
      }
      // One module with two options is written once; "recent" takes one question at a time.
      if (!module.isEmpty() && (!module.equals(before) || module.equals("recent"))) {
        word("-m").word(module);
      }
      before = module;
      match(match);
    }
    if (!commented) {
      comment(rule);
    }
    return action(rule.action());
  }

  private void comment(XtRule rule) {
    word("-m comment --comment").word(CommentText.quoted(rule.comment()));
  }

  /** The extension that knows the match; empty for what iptables knows itself. */
  private static String module(XtMatch match) {
    if (match instanceof XtMatch.Port port) {
      return port.protocol().text();
    }
    if (match instanceof XtMatch.NotSyn) {
      return "tcp";
    }
    if (match instanceof XtMatch.SourceIsNode) {
      return "addrtype";
    }
    if (match instanceof XtMatch.Mark) {
      return "mark";
    }
    if (match instanceof XtMatch.Chance) {
      return "statistic";
    }
    if (match instanceof XtMatch.SeenRecently || match instanceof XtMatch.Remember) {
      return "recent";
    }
    boolean header =
        match instanceof XtMatch.Source
            || match instanceof XtMatch.Destination
            || match instanceof XtMatch.ArrivesOn
            || match instanceof XtMatch.ProtocolIs;
    return header ? "" : "conntrack";
  }

  private void match(XtMatch match) {
    if (match instanceof XtMatch.Source source) {
      negated(source.negated()).word("-s").word(range(source.range()));
    } else if (match instanceof XtMatch.Destination destination) {
      negated(destination.negated()).word("-d").word(range(destination.range()));
    } else if (match instanceof XtMatch.ArrivesOn arrives) {
      negated(arrives.negated()).word("-i").word(interfaces(arrives.interfaces()));
    } else if (match instanceof XtMatch.ProtocolIs protocol) {
      word("-p").word(protocol.protocol().text());
    } else if (match instanceof XtMatch.Port port) {
      word("--dport").word(ports(port.first(), port.last()));
    } else if (match instanceof XtMatch.NotSyn) {
      word("! --tcp-flags").word(SYN);
    } else if (match instanceof XtMatch.SourceIsNode) {
      word("--src-type LOCAL");
    } else if (match instanceof XtMatch.Mark mark) {
      negated(mark.negated()).word("--mark").word(mark(mark));
    } else if (match instanceof XtMatch.Chance chance) {
      word("--mode random --probability").word(probability(chance.ticks()));
    } else if (match instanceof XtMatch.SeenRecently seen) {
      word("--rcheck --seconds").word(Integer.toString(seen.seconds())).word("--reap");
      recentList(seen.list());
    } else if (match instanceof XtMatch.Remember remember) {
      word("--set");
      recentList(remember.list());
    } else {
      conntrack(match);
    }
  }

  private void conntrack(XtMatch match) {
    if (match instanceof XtMatch.State state) {
      negated(state.negated()).word("--ctstate").word(states(state));
    } else if (match instanceof XtMatch.OriginalDestination original) {
      Cidr range = original.range();
      boolean single = range.prefix() == range.family().addressBits();
      word("--ctorigdst").word(single ? address(range.address()) : range(range));
    } else if (match instanceof XtMatch.OriginalPort port) {
      word("--ctorigdstport").word(ports(port.first(), port.last()));
    } else if (match instanceof XtMatch.FromClient) {
      word("--ctdir ORIGINAL");
    } else {
      throw new IllegalStateException("no text for " + match);
    }
  }

  private XtText negated(boolean negated) {
    return negated ? word("!") : this;
  }

  private void recentList(String list) {
    word("--name").word(list).word("--mask").word(wholeMask(family)).word("--rsource");
  }

  private XtText action(XtAction action) {
    if (action instanceof XtAction.Jump jump) {
      return word("-j").word(jump.chain());
    }
    if (action instanceof XtAction.Goto go) {
      return word("-g").word(go.chain());
    }
    if (action instanceof XtAction.Return) {
      return word("-j RETURN");
    }
    if (action instanceof XtAction.Accept) {
      return word("-j ACCEPT");
    }
    if (action instanceof XtAction.Drop) {
      return word("-j DROP");
    }
    if (action instanceof XtAction.Reject) {
      return word("-j REJECT --reject-with").word(portUnreachable(family));
    }
    if (action instanceof XtAction.ResetConnection) {
      return word("-j REJECT --reject-with tcp-reset");
    }
    if (action instanceof XtAction.TranslateTo to) {
      String address = address(to.backend().address());
      return word("-j DNAT --to-destination")
          .word(
              (family == IpFamily.IPV4 ? address : "[" + address + "]")
                  + ":"
                  + to.backend().port());
    }
    if (action instanceof XtAction.SetMark mark) {
      return word("-j MARK --set-xmark").word(hex(mark.value()) + "/" + hex(mark.mask()));
    }
    if (action instanceof XtAction.Masquerade) {
      return word("-j MASQUERADE --random-fully");
    }
    throw new IllegalStateException("no text for " + action);
  }

  static String portUnreachable(IpFamily family) {
    return family == IpFamily.IPV4 ? "icmp-port-unreachable" : "icmp6-port-unreachable";
  }

  /** The mask that keeps all of an address. */
  static String wholeMask(IpFamily family) {
    return family == IpFamily.IPV4 ? "255.255.255.255" : "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
  }

  static String range(Cidr range) {
    return address(range.address()) + "/" + range.prefix();
  }

  /**
   * As inet_ntop of the C library: unlike RFC 5952 it writes an address that begins with 96 zero
   * bits, or with what maps IPv4, with its end as IPv4.
   */
  static String address(IpAddress address) {
    long low = address.low();
    boolean dotted = low >>> 32 == 0xffff || (low >>> 32 == 0 && low >>> 16 != 0);
    if (address.family() == IpFamily.IPV4 || address.high() != 0 || !dotted) {
      return address.toString();
    }
    IpAddress end = new IpAddress(IpFamily.IPV4, 0, low & 0xffff_ffffL);
    return (low >>> 32 == 0 ? "::" : "::ffff:") + end;
  }

  static String interfaces(PodInterface interfaces) {
    return interfaces.prefix() ? interfaces.name() + "+" : interfaces.name();
  }

  private static String ports(int first, int last) {
    return first == last ? Integer.toString(first) : first + ":" + last;
  }

  private static String states(XtMatch.State state) {
    return state.states().stream().map(Enum::name).collect(Collectors.joining(","));
  }

  private static String mark(XtMatch.Mark mark) {
    return mark.mask() == -1 ? hex(mark.value()) : hex(mark.value()) + "/" + hex(mark.mask());
  }

  private static String hex(int value) {
    return "0x" + Integer.toHexString(value);
  }

  /**
   * {@code ticks / 2^31} as the C library prints it with {@code %.11f}: rounded to the nearest, a
   * tie to the even digit.
   */
  static String probability(long ticks) {
    // Ten to the eleventh times ticks has more than 63 bits, so it goes in two steps.
    long upper = ticks * 100_000;
    long lower = (upper & (XtMatch.Chance.ALWAYS - 1)) * 1_000_000;
    long digits = (upper >>> 31) * 1_000_000 + (lower >>> 31);
    long rest = lower & (XtMatch.Chance.ALWAYS - 1);
    long half = XtMatch.Chance.ALWAYS / 2;
    if (rest > half || (rest == half && (digits & 1) == 1)) {
      digits++;
    }
    String text = Long.toString(digits + 1_000_000_000_000L);
    return (digits / 100_000_000_000L) + "." + text.substring(2);
  }
}
