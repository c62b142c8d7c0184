// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.PodInterface;
import dev.ferrule.rules.model.Protocol;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Reads rules as iptables-save prints them; {@link XtText} is the way back. */
public final class XtParser {

  private final IpFamily family;
  private final XtWords words;
  private final List<XtMatch> matches = new ArrayList<>();
  private String comment = "";
  private String module = "";
  private boolean moduleUsed = true;

  private XtParser(IpFamily family, String text) {
    this.family = family;
    this.words = new XtWords(text);
  }

  /**
   * Reads a rule without its {@code -A CHAIN}. What is not exactly one of ours becomes {@link
   * XtAction.Foreign}; modules may come in any order, because versions of iptables differ in it.
   */
  public static XtRule parse(IpFamily family, String text) {
    try {
      return new XtParser(family, text).rule();
    } catch (IllegalArgumentException e) {
      return XtRule.of(
          new XtAction.Foreign(text)); // there is no more to say about it than its text
    }
  }

  private XtRule rule() {
    while (true) {
      String word = words.next();
      boolean negated = word.equals("!");
      String option = negated ? words.next() : word;
      if (matches.stream().anyMatch(XtMatch.Remember.class::isInstance) && !isEnd(option)) {
        throw unknown(option); // it remembered clients for whom the rest does not hold
      }
      switch (option) {
        case "-j", "-g" -> {
          check(!negated && moduleUsed);
          XtAction action = option.equals("-j") ? action() : new XtAction.Goto(ourChain());
          check(words.isAtEnd());
          return new XtRule(matches, comment, action);
        }
        case "-m" -> {
          check(!negated && moduleUsed);
          module = words.next();
          moduleUsed = false;
        }
        case "-s" -> matches.add(new XtMatch.Source(range(words.next()), negated));
        case "-d" -> matches.add(new XtMatch.Destination(range(words.next()), negated));
        case "-i" -> matches.add(new XtMatch.ArrivesOn(interfaces(words.next()), negated));
        case "-p" -> {
          check(!negated);
          matches.add(new XtMatch.ProtocolIs(protocol(words.next())));
        }
        default -> {
          moduleUsed = true;
          option(module + " " + option, negated);
        }
      }
    }
  }

  private boolean isEnd(String option) {
    return option.equals("-j")
        || option.equals("-g")
        || option.equals("-m") // a comment asks for nothing
        || option.equals("--comment");
  }

  private void option(String option, boolean negated) {
    switch (option) {
      case "conntrack --ctstate" -> matches.add(new XtMatch.State(states(words.next()), negated));
      case "mark --mark" -> matches.add(mark(words.next(), negated));
      case "tcp --tcp-flags" -> {
        check(negated);
        words.expect(XtText.SYN.split(" "));
        matches.add(new XtMatch.NotSyn());
      }
      default -> {
        check(!negated);
        plainOption(option);
      }
    }
  }

  private void plainOption(String option) {
    switch (option) {
      case "comment --comment" -> {
        check(comment.isEmpty());
        comment = words.next();
        check(!comment.isEmpty());
      }
      case "tcp --dport", "udp --dport", "sctp --dport" -> {
        int[] ports = ports(words.next());
        matches.add(new XtMatch.Port(protocol(module), ports[0], ports[1]));
      }
      case "addrtype --src-type" -> {
        words.expect("LOCAL");
        matches.add(new XtMatch.SourceIsNode());
      }
      case "conntrack --ctorigdst" ->
          matches.add(new XtMatch.OriginalDestination(rangeOrAddress(words.next())));
      case "conntrack --ctorigdstport" -> {
        int[] ports = ports(words.next());
        matches.add(new XtMatch.OriginalPort(ports[0], ports[1]));
      }
      case "conntrack --ctdir" -> {
        words.expect("ORIGINAL");
        matches.add(new XtMatch.FromClient());
      }
      case "statistic --mode" -> {
        words.expect("random", "--probability");
        matches.add(chance(words.next()));
      }
      case "recent --rcheck" -> {
        words.expect("--seconds");
        int seconds = number(words.next(), Integer.MAX_VALUE);
        words.expect("--reap");
        matches.add(new XtMatch.SeenRecently(recentList(), seconds));
      }
      case "recent --set" -> matches.add(new XtMatch.Remember(recentList()));
      default -> throw unknown(option);
    }
  }

  private String recentList() {
    words.expect("--name");
    String list = words.next();
    words.expect("--mask", XtText.wholeMask(family), "--rsource");
    return list;
  }

  private XtAction action() {
    String target = words.next();
    switch (target) {
      case "RETURN" -> {
        return new XtAction.Return();
      }
      case "ACCEPT" -> {
        return new XtAction.Accept();
      }
      case "DROP" -> {
        return new XtAction.Drop();
      }
      case "REJECT" -> {
        words.expect("--reject-with");
        String with = words.next();
        if (with.equals("tcp-reset")) {
          return new XtAction.ResetConnection();
        }
        check(with.equals(XtText.portUnreachable(family)));
        return new XtAction.Reject();
      }
      case "DNAT" -> {
        words.expect("--to-destination");
        return new XtAction.TranslateTo(backend(words.next()));
      }
      case "MARK" -> {
        words.expect("--set-xmark");
        String[] parts = words.next().split("/", -1);
        check(parts.length == 2);
        return new XtAction.SetMark(hex(parts[0]), hex(parts[1]));
      }
      case "MASQUERADE" -> {
        words.expect("--random-fully");
        return new XtAction.Masquerade();
      }
      default -> {
        check(target.startsWith(XtChain.PREFIX));
        return new XtAction.Jump(target);
      }
    }
  }

  private String ourChain() {
    String chain = words.next();
    check(chain.startsWith(XtChain.PREFIX));
    return chain;
  }

  private Backend backend(String text) {
    int colon = text.lastIndexOf(':');
    check(colon > 0);
    String address = text.substring(0, colon);
    if (family == IpFamily.IPV6) {
      check(address.startsWith("[") && address.endsWith("]"));
      address = address.substring(1, address.length() - 1);
    }
    return new Backend(address(address), number(text.substring(colon + 1), XtMatch.MAX_PORT));
  }

  private Cidr rangeOrAddress(String text) {
    return text.indexOf('/') < 0 ? Cidr.of(address(text)) : range(text);
  }

  private Cidr range(String text) {
    int slash = text.indexOf('/');
    check(slash > 0);
    IpAddress address = address(text.substring(0, slash));
    Cidr range = new Cidr(address, number(text.substring(slash + 1), family.addressBits()));
    check(range.address().equals(address));
    return range;
  }

  private IpAddress address(String text) {
    IpAddress read = IpAddress.parse(text);
    IpAddress address =
        read.family() == IpFamily.IPV4 && family == IpFamily.IPV6 && text.indexOf(':') >= 0
            ? new IpAddress(IpFamily.IPV6, 0, 0xffff_0000_0000L | read.low())
            : read;
    check(address.family() == family && XtText.address(address).equals(text));
    return address;
  }

  private static PodInterface interfaces(String text) {
    boolean prefix = text.endsWith("+");
    PodInterface interfaces =
        new PodInterface(prefix ? text.substring(0, text.length() - 1) : text, prefix);
    check(XtText.interfaces(interfaces).equals(text));
    return interfaces;
  }

  private static Protocol protocol(String text) {
    for (Protocol protocol : Protocol.values()) {
      if (protocol.text().equals(text)) {
        return protocol;
      }
    }
    throw unknown(text);
  }

  private static Set<XtMatch.ConnectionState> states(String text) {
    Set<XtMatch.ConnectionState> states = EnumSet.noneOf(XtMatch.ConnectionState.class);
    for (String state : text.split(",", -1)) {
      states.add(XtMatch.ConnectionState.valueOf(state));
    }
    return states;
  }

  private static XtMatch.Mark mark(String text, boolean negated) {
    int slash = text.indexOf('/');
    return slash < 0
        ? new XtMatch.Mark(hex(text), -1, negated)
        : new XtMatch.Mark(hex(text.substring(0, slash)), hex(text.substring(slash + 1)), negated);
  }

  private static XtMatch.Chance chance(String text) {
    check(text.length() == 13 && text.indexOf('.') == 1);
    long digits = Long.parseLong(text.charAt(0) + text.substring(2));
    XtMatch.Chance chance = new XtMatch.Chance(Math.round(digits / 1e11 * XtMatch.Chance.ALWAYS));
    check(XtText.probability(chance.ticks()).equals(text));
    return chance;
  }

  private static int[] ports(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      int port = number(text, XtMatch.MAX_PORT);
      return new int[] {port, port};
    }
    return new int[] {
      number(text.substring(0, colon), XtMatch.MAX_PORT),
      number(text.substring(colon + 1), XtMatch.MAX_PORT)
    };
  }

  private static int number(String text, int max) {
    int number = Integer.parseInt(text);
    check(number >= 0 && number <= max && Integer.toString(number).equals(text));
    return number;
  }

  private static int hex(String text) {
    check(text.startsWith("0x") && text.length() <= 10);
    return Integer.parseUnsignedInt(text, 2, text.length(), 16);
  }

  private static void check(boolean ours) {
    if (!ours) {
      throw new IllegalArgumentException("not as we write it");
    }
  }

  private static IllegalArgumentException unknown(String word) {
    return new IllegalArgumentException(word + " is not of ours");
  }
}
