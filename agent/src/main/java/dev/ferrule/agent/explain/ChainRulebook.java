// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.explain;

import dev.ferrule.agent.sync.KernelChains;
import dev.ferrule.agent.sync.KernelRules;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.kernel.RecentLists;
import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.compile.Frontend;
import dev.ferrule.rules.compile.Target;
import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.diff.KernelState;
import dev.ferrule.rules.diff.Rendering;
import dev.ferrule.rules.explain.Affinity;
import dev.ferrule.rules.explain.RuleKind;
import dev.ferrule.rules.iptables.ClientLists;
import dev.ferrule.rules.iptables.PortChains;
import dev.ferrule.rules.iptables.PortId;
import dev.ferrule.rules.iptables.XtChain;
import dev.ferrule.rules.iptables.XtMatch;
import dev.ferrule.rules.iptables.XtState;
import dev.ferrule.rules.iptables.XtTable;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.trace.Connection;
import dev.ferrule.rules.trace.TracedRules;
import dev.ferrule.rules.trace.XtPathText;
import dev.ferrule.rules.trace.XtTracer;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Rules in chains of our own in the tables of iptables. */
final class ChainRulebook implements Rulebook {

  private final DesiredState state;
  private @Nullable Map<IpFamily, XtState> chains;

  ChainRulebook(DesiredState state) {
    this.state = state;
  }

  @Override
  public RuleKind kind() {
    return state.rendering() instanceof Rendering.Iptables rendering
            && rendering.localhostNodePorts()
        ? RuleKind.IPTABLES_WITH_LOCALHOST
        : RuleKind.IPTABLES;
  }

  @Override
  public TracedRules wanted(Connection connection) {
    return trace(connection, wantedChains(connection), list -> false);
  }

  @Override
  public String nothing(IpFamily family) {
    return "no chain of ours is in the tables of "
        + (family == IpFamily.IPV4 ? "iptables" : "ip6tables");
  }

  @Override
  public Reading read(KernelRules kernel, Connection connection) throws KernelException {
    if (!(kernel instanceof KernelChains ours)) {
      throw new IllegalArgumentException("these are no chains: " + kernel);
    }
    XtState held = ours.read(connection.to().family());
    return new ChainReading(connection, held, lists(connection, held));
  }

  private XtState wantedChains(Connection connection) {
    Map<IpFamily, XtState> all = chains;
    if (all == null) {
      all = state.wanted().chains();
      chains = all;
    }
    return Objects.requireNonNull(all.get(connection.to().family()));
  }

  private TracedRules trace(Connection connection, XtState rules, Predicate<String> remembered) {
    return XtPathText.of(
        new XtTracer(rules, state.context()::isNode, remembered).trace(connection),
        connection.to().family());
  }

  /** The lists that the client is on, of those that matter to the connection. */
  private Set<String> lists(Connection connection, XtState held) throws KernelException {
    Map<String, Integer> asked = asked(connection, held);
    Set<String> found = new HashSet<>();
    RecentLists.idleMillis(asked.keySet())
        .forEach(
            (list, clients) -> {
              Long idle = clients.get(connection.from());
              if (idle != null && idle < asked.getOrDefault(list, 0) * 1000L) {
                found.add(list);
              }
            });
    return found;
  }

  /**
   * The lists that the wanted chains and the kernel's ask, which may have other endpoints, and how
   * many seconds count.
   */
  private Map<String, Integer> asked(Connection connection, XtState held) {
    Frontend frontend = state.forwarding().get(connection.destination());
    if (frontend == null) {
      return Map.of();
    }
    Map<String, Integer> asked = new TreeMap<>();
    Map<String, XtChain> chains = held.chains().getOrDefault(XtTable.NAT, Map.of());
    for (String name : PortChains.names(frontend)) {
      XtChain chain = chains.get(name);
      if (chain != null) {
        chain.rules().stream()
            .flatMap(rule -> rule.matches().stream())
            .filter(XtMatch.SeenRecently.class::isInstance)
            .map(XtMatch.SeenRecently.class::cast)
            .forEach(seen -> asked.put(seen.list(), seen.seconds()));
      }
    }
    if (frontend.affinitySeconds() > 0) {
      for (Target target : frontend.targets()) {
        if (target instanceof Target.Balance balance) {
          balance
              .backends()
              .forEach(
                  backend ->
                      asked.put(
                          ClientLists.name(PortId.of(frontend), backend),
                          frontend.affinitySeconds()));
        }
      }
    }
    return asked;
  }

  /** What was read of chains. */
  private final class ChainReading implements Reading {

    private final Connection connection;
    private final XtState held;
    private final Set<String> lists;

    ChainReading(Connection connection, XtState held, Set<String> lists) {
      this.connection = connection;
      this.held = held;
      this.lists = lists;
    }

    @Override
    public Affinity affinity() {
      Frontend frontend = state.forwarding().get(connection.destination());
      return pool -> {
        for (Backend backend : pool) {
          if (frontend != null && lists.contains(ClientLists.name(PortId.of(frontend), backend))) {
            return backend;
          }
        }
        return null;
      };
    }

    @Override
    public TracedRules wanted() {
      return trace(connection, wantedChains(connection), lists::contains);
    }

    @Override
    public TracedRules held() {
      return held.isEmpty() ? TracedRules.NONE : trace(connection, held, lists::contains);
    }

    @Override
    public KernelState state() {
      return held.isEmpty()
          ? KernelState.NONE
          : KernelState.ofChains(Map.of(connection.to().family(), held));
    }

    @Override
    public PacketReport send() {
      return new PacketReport.NotSent(
          "--send is not offered in mode iptables; --live says what the kernel's rules do");
    }
  }
}
