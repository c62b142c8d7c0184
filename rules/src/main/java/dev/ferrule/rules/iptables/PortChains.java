// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import dev.ferrule.rules.compile.Frontend;
import dev.ferrule.rules.compile.Masquerade;
import dev.ferrule.rules.compile.Target;
import dev.ferrule.rules.model.Cidr;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The chains of a Service port. They are made of its frontends alone, and no other port has a part
 * in them.
 */
public final class PortChains {

  private final XtSettings settings;
  private final PortId port;
  private final Map<String, XtChain> nat = new TreeMap<>();
  private final Map<String, XtChain> filter = new TreeMap<>();

  private PortChains(XtSettings settings, PortId port) {
    this.settings = settings;
    this.port = port;
  }

  /** All of them by table and name, for every frontend that the port has in one family. */
  public static Map<XtTable, Map<String, XtChain>> of(
      XtSettings settings, PortId port, Collection<Frontend> frontends) {
    PortChains chains = new PortChains(settings, port);
    frontends.forEach(chains::add);
    Map<XtTable, Map<String, XtChain>> all = new EnumMap<>(XtTable.class);
    all.put(XtTable.NAT, chains.nat);
    all.put(XtTable.FILTER, chains.filter);
    return all;
  }

  /** The names of all chains that a frontend needs for itself and its port. */
  public static Set<String> names(Frontend frontend) {
    PortId port = PortId.of(frontend);
    Set<String> names = new TreeSet<>(Set.of(firewall(frontend), decided(frontend)));
    for (Target target : frontend.targets()) {
      if (target instanceof Target.Balance balance) {
        names.add(PoolChains.name(port, balance.pool()));
        balance.backends().forEach(backend -> names.add(PoolChains.endpointName(port, backend)));
      }
    }
    return names;
  }

  private void add(Frontend frontend) {
    for (Target target : frontend.targets()) {
      if (target instanceof Target.Balance balance
          && !nat.containsKey(PoolChains.name(port, balance.pool()))) {
        new PoolChains(settings, port, balance, frontend.affinitySeconds()).addTo(nat);
      }
    }
    List<Cidr> allowed = frontend.allowedSources();
    if (isRejected(frontend)) {
      if (allowed != null) {
        List<XtRule> rules = admitted(allowed, new XtAction.Goto(ChainNames.REJECT));
        rules.add(XtRule.of(new XtAction.Drop()));
        put(filter, firewall(frontend), rules);
      }
      return;
    }
    String entry = entry(frontend);
    if (entry == null) {
      return;
    }
    String decided = decided(frontend);
    if (needsDecision(frontend)) {
      put(nat, decided, decide(frontend));
    }
    if (allowed != null) {
      put(nat, entry, admitted(allowed, new XtAction.Goto(decided)));
    }
  }

  /** The first rule tells the reader whose chain it is. */
  private void put(Map<String, XtChain> chains, String name, List<XtRule> rules) {
    List<XtRule> commented = new ArrayList<>(rules);
    XtRule first = rules.get(0);
    commented.set(0, new XtRule(first.matches(), port.name().toString(), first.action()));
    chains.put(name, new XtChain(name, commented));
  }

  /** The chain of table nat that a connection to the frontend goes to; null for none. */
  static @Nullable String entry(Frontend frontend) {
    if (frontend.targets().stream().noneMatch(Target.Balance.class::isInstance)) {
      return null;
    }
    return frontend.allowedSources() != null ? firewall(frontend) : decided(frontend);
  }

  static boolean isRejected(Frontend frontend) {
    return frontend.target() instanceof Target.Reject;
  }

  /** The chain that lets only some sources on; both tables may have one. */
  static String firewall(Frontend frontend) {
    return ChainNames.hashed("FW", PortId.of(frontend) + decision(frontend));
  }

  private static String decided(Frontend frontend) {
    PortId port = PortId.of(frontend);
    return !needsDecision(frontend) && frontend.target() instanceof Target.Balance balance
        ? PoolChains.name(port, balance.pool())
        : ChainNames.hashed("EXT", port + decision(frontend));
  }

  /** What frontends of a port must have in common to share a chain. */
  private static String decision(Frontend frontend) {
    boolean local =
        frontend.target() instanceof Target.Balance balance && balance.pool() == Target.Pool.LOCAL;
    return " "
        + frontend.masquerade()
        + (local ? " local" : "")
        + (frontend.outsiders() == null ? "" : " outsiders");
  }

  private static boolean needsDecision(Frontend frontend) {
    return frontend.masquerade() != Masquerade.NOBODY || frontend.outsiders() != null;
  }

  private static List<XtRule> admitted(List<Cidr> ranges, XtAction action) {
    List<XtRule> rules = new ArrayList<>();
    for (Cidr range : ranges) {
      rules.add(new XtRule(PodRules.fromRange(range), "", action));
    }
    return rules;
  }

  private List<XtRule> decide(Frontend frontend) {
    PodRules pods = new PodRules(settings);
    XtAction mark = settings.markForMasquerade();
    XtMatch fromNode = new XtMatch.SourceIsNode();
    List<XtRule> rules = new ArrayList<>();
    switch (frontend.masquerade()) {
      case NOBODY -> {}
      case EVERYBODY -> rules.add(XtRule.of(mark));
      case ALL_BUT_PODS -> rules.addAll(pods.ofOthers(mark));
      case THE_NODE -> rules.add(XtRule.of(mark, fromNode));
    }
    Target outsiders = frontend.outsiders();
    XtAction toTarget = to(frontend.target());
    if (outsiders == null) {
      rules.add(XtRule.of(toTarget));
    } else {
      rules.addAll(pods.ofPods(toTarget));
      rules.add(XtRule.of(toTarget, fromNode));
      rules.add(XtRule.of(to(outsiders)));
    }
    return rules;
  }

  /** What is not translated is refused in table filter. */
  private XtAction to(Target target) {
    return target instanceof Target.Balance balance
        ? new XtAction.Goto(PoolChains.name(port, balance.pool()))
        : new XtAction.Return();
  }
}
