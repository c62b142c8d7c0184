// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.compile.Target;
import dev.ferrule.rules.model.Cidr;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The chain that chooses one of several endpoints, and a chain for each of them. */
final class PoolChains {

  private final XtSettings settings;
  private final PortId port;
  private final Target.Balance balance;
  private final int affinitySeconds;

  PoolChains(XtSettings settings, PortId port, Target.Balance balance, int affinitySeconds) {
    this.settings = settings;
    this.port = port;
    this.balance = balance;
    this.affinitySeconds = affinitySeconds;
  }

  /** The name of the chain that chooses. */
  static String name(PortId port, Target.Pool pool) {
    return switch (pool) {
      case CLUSTER -> ChainNames.hashed("SVC", port.toString());
      case LOCAL -> ChainNames.hashed("SVL", port.toString());
    };
  }

  /** The endpoint's chain, for both pools; also the name of the list of its clients. */
  static String endpointName(PortId port, Backend backend) {
    return ChainNames.hashed("SEP", port + " " + backend);
  }

  void addTo(Map<String, XtChain> chains) {
    List<String> endpoints = new ArrayList<>();
    for (Backend backend : balance.backends()) {
      String name = endpointName(port, backend);
      endpoints.add(name);
      chains.computeIfAbsent(name, n -> endpoint(n, backend));
    }
    String name = name(port, balance.pool());
    chains.put(name, new XtChain(name, pick(endpoints)));
  }

  /** Only the first rule has a comment: each costs the kernel 288 bytes. */
  private List<XtRule> pick(List<String> endpoints) {
    String comment = port.name() + (balance.pool() == Target.Pool.LOCAL ? " on this node" : "");
    List<XtRule> rules = new ArrayList<>();
    if (affinitySeconds > 0) {
      for (String endpoint : endpoints) {
        XtMatch seen = new XtMatch.SeenRecently(endpoint, affinitySeconds);
        rules.add(new XtRule(List.of(seen), comment(rules, comment), new XtAction.Goto(endpoint)));
      }
    }
    long left = 0;
    for (int i = 0; i < endpoints.size(); i++) {
      left += weight(i);
    }
    for (int i = 0; i < endpoints.size(); i++) {
      List<XtMatch> chance =
          i == endpoints.size() - 1
              ? List.of()
              : List.of(new XtMatch.Chance(ticks(weight(i), left)));
      left -= weight(i);
      rules.add(new XtRule(chance, comment(rules, comment), new XtAction.Goto(endpoints.get(i))));
    }
    return rules;
  }

  private static String comment(List<XtRule> before, String comment) {
    return before.isEmpty() ? comment : "";
  }

  private int weight(int index) {
    return balance.weights().isEmpty() ? 1 : balance.weights().get(index);
  }

  private static long ticks(int weight, long left) {
    return Math.round((double) XtMatch.Chance.ALWAYS * weight / left);
  }

  /** An endpoint that reaches itself must see another source. */
  private XtChain endpoint(String name, Backend backend) {
    List<XtMatch> matches = new ArrayList<>();
    matches.add(new XtMatch.ProtocolIs(port.protocol()));
    if (affinitySeconds > 0) {
      matches.add(new XtMatch.Remember(name));
    }
    return new XtChain(
        name,
        List.of(
            XtRule.of(
                settings.markForMasquerade(),
                new XtMatch.Source(Cidr.of(backend.address()), false)),
            new XtRule(matches, "", new XtAction.TranslateTo(backend))));
  }
}
