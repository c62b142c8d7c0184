// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import dev.ferrule.rules.iptables.XtMatch.ConnectionState;
import dev.ferrule.rules.iptables.XtState.XtJump;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is the same whatever Services there are. */
final class ConstantChains {

  private static final String COMMENT = "ferrule";
  private static final Cidr LOOPBACK = Cidr.parse("127.0.0.0/8");
  private static final List<String> FILTER_CHAINS = List.of("INPUT", "FORWARD", "OUTPUT");

  private ConstantChains() {}

  static Map<XtTable, List<XtChain>> chains(IpFamily family, XtSettings settings) {
    List<XtChain> filter = new ArrayList<>(List.of(reject(), forward(settings)));
    if (hasMartians(family, settings)) {
      filter.add(martians());
    }
    return Map.of(XtTable.NAT, List.of(postrouting(settings)), XtTable.FILTER, filter);
  }

  static Map<XtTable, List<XtJump>> jumps(IpFamily family, XtSettings settings) {
    List<XtJump> filter = new ArrayList<>();
    for (String builtin : FILTER_CHAINS) {
      filter.add(jump(builtin, ChainNames.REFUSED, state(false, ConnectionState.NEW)));
      filter.add(
          jump(
              builtin,
              ChainNames.KEPT,
              new XtMatch.ProtocolIs(Protocol.UDP),
              state(false, ConnectionState.DNAT),
              new XtMatch.FromClient()));
    }
    filter.add(jump("FORWARD", ChainNames.FORWARD));
    if (hasMartians(family, settings)) {
      filter.add(jump("INPUT", ChainNames.MARTIANS));
    }
    return Map.of(
        XtTable.NAT,
        List.of(
            jump("PREROUTING", ChainNames.SERVICES),
            jump("OUTPUT", ChainNames.SERVICES),
            jump("POSTROUTING", ChainNames.POSTROUTING)),
        XtTable.FILTER,
        filter);
  }

  private static boolean hasMartians(IpFamily family, XtSettings settings) {
    return family == IpFamily.IPV4 && settings.localhostNodePorts();
  }

  /** The mark goes first, or a packet that is routed again would be taken for marked. */
  private static XtChain postrouting(XtSettings settings) {
    int mark = settings.mark();
    return new XtChain(
        ChainNames.POSTROUTING,
        List.of(
            XtRule.of(new XtAction.Return(), new XtMatch.Mark(mark, mark, true)),
            XtRule.of(new XtAction.SetMark(0, mark)),
            XtRule.of(new XtAction.Masquerade())));
  }

  /**
   * A TCP packet in the middle of a connection that is no longer tracked takes no notice of an ICMP
   * error; only a reset ends it.
   */
  private static XtChain reject() {
    return new XtChain(
        ChainNames.REJECT,
        List.of(
            XtRule.of(
                new XtAction.ResetConnection(),
                new XtMatch.ProtocolIs(Protocol.TCP),
                new XtMatch.NotSyn()),
            XtRule.of(new XtAction.Reject())));
  }

  /**
   * What connection tracking cannot place is not translated back, so the client would see a packet
   * of an endpoint it never spoke to and reset the connection (kubernetes/kubernetes#74839).
   */
  private static XtChain forward(XtSettings settings) {
    List<XtRule> rules = new ArrayList<>();
    if (settings.dropInvalid()) {
      rules.add(XtRule.of(new XtAction.Drop(), state(false, ConnectionState.INVALID)));
    }
    rules.add(
        XtRule.of(
            new XtAction.Accept(), new XtMatch.Mark(settings.mark(), settings.mark(), false)));
    rules.add(
        XtRule.of(
            new XtAction.Accept(),
            state(false, ConnectionState.RELATED, ConnectionState.ESTABLISHED)));
    return new XtChain(ChainNames.FORWARD, rules);
  }

  private static XtChain martians() {
    return new XtChain(
        ChainNames.MARTIANS,
        List.of(
            XtRule.of(
                new XtAction.Drop(),
                new XtMatch.Source(LOOPBACK, true),
                new XtMatch.Destination(LOOPBACK, false),
                state(
                    true,
                    ConnectionState.RELATED,
                    ConnectionState.ESTABLISHED,
                    ConnectionState.DNAT))));
  }

  private static XtMatch state(boolean negated, ConnectionState... states) {
    return new XtMatch.State(Set.of(states), negated);
  }

  private static XtJump jump(String builtin, String chain, XtMatch... matches) {
    return new XtJump(builtin, new XtRule(List.of(matches), COMMENT, new XtAction.Jump(chain)));
  }
}
