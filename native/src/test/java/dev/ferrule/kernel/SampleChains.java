// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.iptables.RestoreScript;
import dev.ferrule.rules.iptables.XtAction;
import dev.ferrule.rules.iptables.XtChain;
import dev.ferrule.rules.iptables.XtMatch;
import dev.ferrule.rules.iptables.XtRule;
import dev.ferrule.rules.iptables.XtState;
import dev.ferrule.rules.iptables.XtTable;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.PodInterface;
import dev.ferrule.rules.model.Protocol;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Chains with every kind of match and action, and with jumps to them. */
final class SampleChains {

  private static final XtAction NEXT = new XtAction.Goto("FERRULE-NEXT");
  private static final XtMatch TCP = new XtMatch.ProtocolIs(Protocol.TCP);
  private static final XtMatch UDP = new XtMatch.ProtocolIs(Protocol.UDP);

  private final IpFamily family;

  SampleChains(IpFamily family) {
    this.family = family;
  }

  /** All of it. */
  XtState state() {
    Map<XtTable, Map<String, XtChain>> chains = new EnumMap<>(XtTable.class);
    Map<XtTable, List<XtState.XtJump>> jumps = new EnumMap<>(XtTable.class);
    chains.put(
        XtTable.NAT,
        byName(
            new XtChain("FERRULE-NEXT", List.of()),
            new XtChain("FERRULE-SERVICES", matches()),
            new XtChain("FERRULE-POSTROUTING", List.of(rule(new XtAction.Masquerade()))),
            new XtChain("FERRULE-SEP-0123456789ABCDEF", endpoint())));
    jumps.put(
        XtTable.NAT,
        List.of(
            jump("PREROUTING", "FERRULE-SERVICES"),
            jump("OUTPUT", "FERRULE-SERVICES"),
            jump("POSTROUTING", "FERRULE-POSTROUTING")));
    chains.put(
        XtTable.FILTER,
        byName(new XtChain("FERRULE-NEXT", List.of()), new XtChain("FERRULE-REFUSED", refused())));
    jumps.put(
        XtTable.FILTER,
        List.of(
            new XtState.XtJump(
                "INPUT",
                new XtRule(
                    List.of(state(false, XtMatch.ConnectionState.NEW)),
                    "ferrule",
                    new XtAction.Jump("FERRULE-REFUSED"))),
            jump("FORWARD", "FERRULE-REFUSED")));
    return new XtState(family, chains, jumps);
  }

  private static Map<String, XtChain> byName(XtChain... chains) {
    Map<String, XtChain> byName = new TreeMap<>();
    for (XtChain chain : chains) {
      byName.put(chain.name(), chain);
    }
    return byName;
  }

  private static XtState.XtJump jump(String builtin, String chain) {
    return new XtState.XtJump(builtin, new XtRule(List.of(), "ferrule", new XtAction.Jump(chain)));
  }

  private Cidr range(String ipv4, String ipv6) {
    return Cidr.parse(family == IpFamily.IPV4 ? ipv4 : ipv6);
  }

  private static XtRule rule(XtAction action, XtMatch... matches) {
    return XtRule.of(action, matches);
  }

  private static XtMatch state(boolean negated, XtMatch.ConnectionState... states) {
    return new XtMatch.State(Set.of(states), negated);
  }

  private List<XtRule> matches() {
    Cidr one = range("10.96.0.10/32", "fd00:96::10/128");
    Cidr many = range("10.96.0.0/12", "fd00:96::/108");
    List<XtRule> rules = new ArrayList<>();
    for (Protocol protocol : Protocol.values()) {
      XtMatch is = new XtMatch.ProtocolIs(protocol);
      rules.add(
          new XtRule(
              List.of(new XtMatch.Destination(one, false), is, new XtMatch.Port(protocol, 80, 80)),
              "ns/web:http ClusterIP",
              NEXT));
      rules.add(rule(NEXT, is, new XtMatch.Port(protocol, 30_000, 30_063)));
      rules.add(rule(NEXT, is, new XtMatch.Port(protocol, 0, 0x7fff)));
    }
    for (boolean negated : List.of(false, true)) {
      rules.add(rule(NEXT, new XtMatch.Source(many, negated)));
      rules.add(rule(NEXT, new XtMatch.Destination(many, negated)));
      rules.add(rule(NEXT, new XtMatch.Mark(0x4000, 0x4000, negated)));
      rules.add(rule(NEXT, new XtMatch.Mark(7, -1, negated)));
      rules.add(rule(NEXT, new XtMatch.ArrivesOn(new PodInterface("cni0", false), negated)));
      rules.add(rule(NEXT, new XtMatch.ArrivesOn(new PodInterface("veth", true), negated)));
      rules.add(
          rule(NEXT, state(negated, XtMatch.ConnectionState.DNAT, XtMatch.ConnectionState.NEW)));
    }
    rules.add(rule(NEXT, new XtMatch.State(EnumSet.allOf(XtMatch.ConnectionState.class), false)));
    rules.add(rule(NEXT, new XtMatch.SourceIsNode()));
    rules.add(rule(NEXT, UDP, new XtMatch.OriginalDestination(one)));
    rules.add(rule(NEXT, UDP, new XtMatch.OriginalDestination(many)));
    rules.add(rule(NEXT, UDP, new XtMatch.OriginalPort(53, 53)));
    rules.add(
        new XtRule(
            List.of(
                UDP,
                state(false, XtMatch.ConnectionState.DNAT),
                new XtMatch.OriginalDestination(one),
                new XtMatch.OriginalPort(53, 63),
                new XtMatch.FromClient()),
            "all of conntrack",
            NEXT));
    for (long ticks : List.of(0L, 1L, 715_827_883L, 1L << 30, XtMatch.Chance.ALWAYS)) {
      rules.add(rule(NEXT, new XtMatch.Chance(ticks)));
    }
    rules.add(rule(NEXT, new XtMatch.SeenRecently("FERRULE-SEP-0123456789ABCDEF", 10_800)));
    for (String comment : List.of("-t", "plain", "a\"b'c\\d $e `f é", "é".repeat(127) + "x")) {
      rules.add(new XtRule(List.of(), comment, new XtAction.Return()));
    }
    rules.add(
        new XtRule(
            List.of(
                new XtMatch.Source(range("10.244.0.0/16", "fd00:10:244::/64"), true),
                new XtMatch.Destination(one, false),
                new XtMatch.ArrivesOn(new PodInterface("veth", true), false),
                TCP,
                new XtMatch.Port(Protocol.TCP, 80, 80),
                new XtMatch.NotSyn(),
                new XtMatch.SourceIsNode(),
                new XtMatch.Mark(0x4000, 0x4000, true),
                new XtMatch.Chance(1L << 30)),
            "many at once",
            NEXT));
    return rules;
  }

  private List<XtRule> endpoint() {
    String address = family == IpFamily.IPV4 ? "10.244.0.1" : "fd00:10:244::1";
    Backend backend = new Backend(IpAddress.parse(address), 8080);
    XtMatch remember = new XtMatch.Remember("FERRULE-SEP-0123456789ABCDEF");
    return List.of(
        rule(new XtAction.SetMark(0x4000, 0x4000)),
        rule(new XtAction.SetMark(0x4000, 0)),
        rule(new XtAction.Jump("FERRULE-NEXT")),
        rule(new XtAction.Accept(), new XtMatch.Mark(1, 1, false)),
        rule(new XtAction.TranslateTo(backend), TCP, remember),
        rule(new XtAction.TranslateTo(backend), new XtMatch.ProtocolIs(Protocol.SCTP)));
  }

  private static List<XtRule> refused() {
    return List.of(
        rule(
            new XtAction.ResetConnection(),
            TCP,
            new XtMatch.Port(Protocol.TCP, 80, 80),
            new XtMatch.NotSyn()),
        rule(new XtAction.ResetConnection(), TCP, new XtMatch.NotSyn()),
        rule(new XtAction.Reject()),
        rule(new XtAction.Drop(), state(false, XtMatch.ConnectionState.INVALID)),
        rule(NEXT, UDP, new XtMatch.FromClient()));
  }

  /** What makes it. */
  static RestoreScript making(XtState state) {
    Map<XtTable, RestoreScript.TableChange> changes = new EnumMap<>(XtTable.class);
    for (XtTable table : XtTable.values()) {
      changes.put(
          table,
          new RestoreScript.TableChange(
              List.copyOf(state.chains().getOrDefault(table, Map.of()).values()),
              Set.of(),
              state.jumps().getOrDefault(table, List.of()),
              List.of()));
    }
    return new RestoreScript(state.family(), changes);
  }

  /** What removes it. */
  static RestoreScript removing(XtState state) {
    Map<XtTable, RestoreScript.TableChange> changes = new EnumMap<>(XtTable.class);
    for (XtTable table : XtTable.values()) {
      changes.put(
          table,
          new RestoreScript.TableChange(
              List.of(),
              state.chains().getOrDefault(table, Map.of()).keySet(),
              List.of(),
              state.jumps().getOrDefault(table, List.of())));
    }
    return new RestoreScript(state.family(), changes);
  }

  /** A change of one chain of the nat table. */
  static RestoreScript writing(IpFamily family, String chain, XtRule... rules) {
    return new RestoreScript(
        family,
        Map.of(
            XtTable.NAT,
            new RestoreScript.TableChange(
                List.of(new XtChain(chain, List.of(rules))), Set.of(), List.of(), List.of())));
  }
}
