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
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Rules of every kind, for properties. */
final class AnyRules {

  private AnyRules() {}

  static Arbitrary<IpFamily> families() {
    return Arbitraries.of(IpFamily.class);
  }

  static Arbitrary<XtRule> rules(IpFamily family) {
    return Combinators.combine(
            matches(family).list().ofMaxSize(8),
            Arbitraries.strings().ofMaxLength(300),
            actions(family))
        .as((matches, comment, action) -> new XtRule(oneOfAKind(matches), comment, action));
  }

  private static List<XtMatch> oneOfAKind(List<XtMatch> matches) {
    List<XtMatch> left = new ArrayList<>();
    for (XtMatch match : matches) {
      if (left.stream().noneMatch(other -> other.getClass() == match.getClass())) {
        left.add(match);
      }
    }
    return left;
  }

  private static Arbitrary<IpAddress> addresses(IpFamily family) {
    Arbitrary<Long> low =
        Arbitraries.longs().edgeCases(edges -> edges.add(0xffff_0a00_0001L, 0x1_0002L));
    return family == IpFamily.IPV4
        ? low.map(word -> new IpAddress(family, 0, word & 0xffff_ffffL))
        : Combinators.combine(Arbitraries.oneOf(Arbitraries.just(0L), Arbitraries.longs()), low)
            .as((high, word) -> new IpAddress(family, high, word));
  }

  private static Arbitrary<Cidr> ranges(IpFamily family) {
    return Combinators.combine(
            addresses(family), Arbitraries.integers().between(0, family.addressBits()))
        .as(Cidr::new);
  }

  private static Arbitrary<String> names() {
    return Arbitraries.strings()
        .withCharRange('A', 'Z')
        .numeric()
        .withChars('-', '.')
        .ofMaxLength(20)
        .map(XtChain.PREFIX::concat);
  }

  private static Arbitrary<int[]> ports() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 65_535), Arbitraries.integers().between(0, 65_535))
        .as((one, other) -> new int[] {Math.min(one, other), Math.max(one, other)});
  }

  private static Arbitrary<XtMatch> matches(IpFamily family) {
    Arbitrary<Boolean> negated = Arbitraries.of(true, false);
    Arbitrary<Protocol> protocols = Arbitraries.of(Protocol.class);
    Arbitrary<PodInterface> interfaces =
        Combinators.combine(
                Arbitraries.strings()
                    .withCharRange('a', 'z')
                    .withChars('+', '-', '.')
                    .ofMinLength(1)
                    .ofMaxLength(15)
                    .filter(name -> !name.equals("+")), // no interface: it means any
                negated)
            .as(PodInterface::new);
    Arbitrary<Set<XtMatch.ConnectionState>> states =
        Arbitraries.of(XtMatch.ConnectionState.class).set().ofMinSize(1).map(EnumSet::copyOf);
    return Arbitraries.oneOf(
        Combinators.combine(ranges(family), negated).as(XtMatch.Source::new),
        Combinators.combine(ranges(family), negated).as(XtMatch.Destination::new),
        Combinators.combine(interfaces, negated).as(XtMatch.ArrivesOn::new),
        protocols.map(XtMatch.ProtocolIs::new),
        Combinators.combine(protocols, ports())
            .as((protocol, port) -> new XtMatch.Port(protocol, port[0], port[1])),
        Arbitraries.of(new XtMatch.NotSyn(), new XtMatch.SourceIsNode(), new XtMatch.FromClient()),
        Combinators.combine(states, negated).as(XtMatch.State::new),
        ranges(family).map(XtMatch.OriginalDestination::new),
        ports().map(port -> new XtMatch.OriginalPort(port[0], port[1])),
        Combinators.combine(Arbitraries.integers(), Arbitraries.integers(), negated)
            .as(XtMatch.Mark::new),
        Arbitraries.longs().between(0, XtMatch.Chance.ALWAYS).map(XtMatch.Chance::new),
        Combinators.combine(names(), Arbitraries.integers().between(0, Integer.MAX_VALUE))
            .as(XtMatch.SeenRecently::new),
        names().map(XtMatch.Remember::new));
  }

  private static Arbitrary<XtAction> actions(IpFamily family) {
    return Arbitraries.oneOf(
            names().map(XtAction.Jump::new),
            names().map(XtAction.Goto::new),
            Arbitraries.of(
                new XtAction.Return(),
                new XtAction.Accept(),
                new XtAction.Drop(),
                new XtAction.Reject(),
                new XtAction.ResetConnection(),
                new XtAction.Masquerade()),
            Combinators.combine(addresses(family), Arbitraries.integers().between(0, 65_535))
                .as((address, port) -> new XtAction.TranslateTo(new Backend(address, port))),
            Combinators.combine(Arbitraries.integers(), Arbitraries.integers())
                .as(XtAction.SetMark::new),
            Arbitraries.of("", "-j LOG", "-p icmp -j ACCEPT").map(XtAction.Foreign::new))
        .map(action -> (XtAction) action);
  }
}
