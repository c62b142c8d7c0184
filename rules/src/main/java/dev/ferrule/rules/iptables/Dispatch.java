// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import dev.ferrule.rules.compile.FrontendKey;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is looked up in a tree of chains, and where. */
public enum Dispatch {
  /** Where a connection goes. */
  SERVICES(XtTable.NAT, ChainNames.SERVICES, "", "TO"),
  /** What a new connection meets that was not translated. */
  REFUSED(XtTable.FILTER, ChainNames.REFUSED, "R-", "R"),
  /** What a UDP flow meets that was translated once, by where its client sent it. */
  KEPT(XtTable.FILTER, ChainNames.KEPT, "K-", "K");

  private final XtTable table;
  private final String root;
  private final String readable;
  private final String kind;

  Dispatch(XtTable table, String root, String readable, String kind) {
    this.table = table;
    this.root = root;
    this.readable = readable;
    this.kind = kind;
  }

  public XtTable table() {
    return table;
  }

  /** Only the root has the length 0. */
  String name(Prefix prefix) {
    if (prefix.length() == 0) {
      return root;
    }
    return isReadable(prefix)
        ? XtChain.PREFIX + readable + prefix.addresses().toString().replace('/', '-')
        : ChainNames.hashed(kind, prefix.toString());
  }

  private static boolean isReadable(Prefix prefix) {
    return prefix.addresses().family() == IpFamily.IPV4 && prefix.length() <= prefix.addressBits();
  }

  /** The rule that leads to a child; it does not ask again for what its own chain says. */
  XtRule edge(Prefix from, Prefix to) {
    List<XtMatch> matches = new ArrayList<>();
    if (from.length() < to.addressBits()) {
      matches.add(destination(to.addresses()));
    }
    if (to.saysProtocol() && (to.saysPort() || !from.saysProtocol())) {
      addPorts(matches, to.lowest(), to.saysPort() ? to.highest().port() : -1);
    }
    String comment = isReadable(to) ? "" : "to " + to;
    return new XtRule(matches, comment, new XtAction.Goto(name(to)));
  }

  /** The rule for a key; it says all, for the reader's sake. */
  XtRule leaf(FrontendKey key, Leaf leaf) {
    List<XtMatch> matches = new ArrayList<>();
    matches.add(destination(Cidr.of(key.address())));
    addPorts(matches, key, key.port());
    return new XtRule(matches, leaf.comment(), leaf.action());
  }

  /** The key that a rule of a tree is for; null if it leads on to other chains of the tree. */
  public static @Nullable FrontendKey key(XtRule rule) {
    IpAddress address = null;
    for (XtMatch match : rule.matches()) {
      if (match instanceof XtMatch.Destination to && !to.negated() && isOne(to.range())) {
        address = to.range().address();
      } else if (match instanceof XtMatch.Port port && port.first() == port.last()) {
        return address == null ? null : new FrontendKey(address, port.protocol(), port.first());
      }
    }
    return null;
  }

  private static boolean isOne(Cidr range) {
    return range.prefix() == range.family().addressBytes() * 8;
  }

  private XtMatch destination(Cidr range) {
    return this == KEPT
        ? new XtMatch.OriginalDestination(range)
        : new XtMatch.Destination(range, false);
  }

  /** That a kept flow is of UDP is asked before the tree. */
  private void addPorts(List<XtMatch> matches, FrontendKey first, int last) {
    if (this != KEPT) {
      matches.add(new XtMatch.ProtocolIs(first.protocol()));
    }
    if (last >= 0) {
      matches.add(
          this == KEPT
              ? new XtMatch.OriginalPort(first.port(), last)
              : new XtMatch.Port(first.protocol(), first.port(), last));
    }
  }
}
