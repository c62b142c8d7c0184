// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.explain;

import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.compile.ForwardingTable;
import dev.ferrule.rules.compile.Frontend;
import dev.ferrule.rules.compile.FrontendKey;
import dev.ferrule.rules.compile.NodeContext;
import dev.ferrule.rules.compile.Target;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.nftables.Operand;
import dev.ferrule.rules.trace.Connection;
import dev.ferrule.rules.trace.Share;
import dev.ferrule.rules.trace.Verdict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Answers where a new connection goes, in the order in which the kernel decides: source ranges,
 * choice of an endpoint, refusals, masquerade. It reads the forwarding table and knows nothing of
 * rules; {@link dev.ferrule.rules.trace.Tracer} reads the rules and must come to the same.
 */
public final class Explainer {

  private final ForwardingTable table;
  private final NodeContext context;
  private final Refusals refusals;
  private final RuleKind kind;
  private final KnownServices known;

  /**
   * An explainer for the state as it is now.
   *
   * @param serviceCidrs ranges that Services get addresses from, of both families
   * @param known every Service of the source, for the reasons
   */
  public Explainer(
      ForwardingTable table,
      NodeContext context,
      Collection<Cidr> serviceCidrs,
      Collection<KnownService> known) {
    this(table, context, serviceCidrs, known, RuleKind.NFTABLES);
  }

  /** An explainer for rules of a kind. */
  public Explainer(
      ForwardingTable table,
      NodeContext context,
      Collection<Cidr> serviceCidrs,
      Collection<KnownService> known,
      RuleKind kind) {
    this.kind = kind;
    this.table = table;
    this.context = context;
    this.refusals = new Refusals(table, context, serviceCidrs, kind);
    this.known = new KnownServices(known);
  }

  /** The answer for a client that was never seen. */
  public Answer answer(Connection connection) {
    return answer(connection, Affinity.NOBODY);
  }

  /**
   * The answer for a client.
   *
   * @param remembered the endpoint that session affinity has for it; null for none
   */
  public Answer answer(Connection connection, @Nullable Backend remembered) {
    return answer(connection, pool -> remembered);
  }

  /**
   * The answer for a client.
   *
   * @param affinity whom session affinity remembers
   */
  public Answer answer(Connection connection, Affinity affinity) {
    Reasons reasons = new Reasons();
    Client client = Client.of(connection, context);
    Frontend frontend = table.get(connection.destination());
    if (frontend == null) {
      return untranslated(connection, client, null, reasons);
    }
    FrontendReasons told = new FrontendReasons(frontend, client, context, known, reasons);
    told.owner(table.losers(frontend.key()));
    Refusals.Refusal refusal = refusals.byRanges(frontend.key(), client);
    if (refusal != null) {
      reasons.add(Reason.Topic.SOURCE_RANGES, refusal.why());
      return refused(connection, frontend, refusal.verdict(), reasons);
    }
    told.admitted();
    Target target = target(frontend, client);
    told.target(target, !target.equals(frontend.target()));
    if (target instanceof Target.Drop) {
      return refused(connection, frontend, Verdict.DROP, reasons);
    }
    if (!(target instanceof Target.Balance chosen)) {
      return untranslated(connection, client, frontend, reasons);
    }
    Target.Balance balance =
        kind == RuleKind.NFTABLES
            ? chosen
            : new Target.Balance(chosen.pool(), chosen.backends(), chosen.weights(), 0);
    Map<Backend, Share> shares = shares(balance, connection);
    Backend remembered =
        frontend.affinitySeconds() > 0 ? affinity.endpoint(balance.backends()) : null;
    if (remembered != null) {
      shares = Map.of(remembered, Share.ALL);
    }
    told.choice(balance, connection, remembered);
    if (chosen.hashed() && !balance.hashed()) {
      reasons.add(
          Reason.Topic.BALANCING,
          "the Service asks for a source hash, which mode iptables does not have; mode nftables"
              + " does");
    }
    return translated(connection, client, frontend, shares, reasons);
  }

  /** Only outsiders are kept to a Local policy. */
  private static Target target(Frontend frontend, Client client) {
    Target outsiders = frontend.outsiders();
    return outsiders != null && client.outside() ? outsiders : frontend.target();
  }

  private static Map<Backend, Share> shares(Target.Balance balance, Connection connection) {
    List<Backend> slots = balance.slots();
    if (balance.hashed()) {
      int slot = new Operand.SourceHash(slots.size()).slot(connection.from());
      return Map.of(slots.get(slot), Share.ALL);
    }
    Map<Backend, Integer> counts = new TreeMap<>();
    slots.forEach(backend -> counts.merge(backend, 1, Integer::sum));
    Map<Backend, Share> shares = new TreeMap<>();
    counts.forEach((backend, count) -> shares.put(backend, new Share(count, slots.size())));
    return shares;
  }

  private Answer translated(
      Connection connection,
      Client client,
      Frontend frontend,
      Map<Backend, Share> chosen,
      Reasons reasons) {
    List<Way> ways = new ArrayList<>();
    Map<Verdict, Share> shares = new EnumMap<>(Verdict.class);
    MasqueradeRule masquerade = new MasqueradeRule(frontend, client, context);
    chosen.forEach(
        (backend, share) -> {
          Refusals.Refusal refusal =
              refusals.afterDnat(
                  new FrontendKey(backend.address(), connection.protocol(), backend.port()),
                  client);
          Verdict verdict = refusal == null ? Verdict.DNAT : refusal.verdict();
          shares.merge(verdict, share, Share::plus);
          if (refusal == null) {
            ways.add(new Way(backend, share, masquerade.holdsFor(backend)));
          } else {
            reasons.add(
                Reason.Topic.REFUSAL,
                "the endpoint " + backend + " cannot be reached: " + refusal.why());
          }
        });
    masquerade.tell(ways, reasons);
    Verdict verdict = shares.keySet().stream().min(Comparator.naturalOrder()).orElse(Verdict.DROP);
    return new Answer(connection, verdict, frontend, ways, shares, reasons.inOrder());
  }

  private Answer untranslated(
      Connection connection, Client client, @Nullable Frontend frontend, Reasons reasons) {
    Refusals.Refusal refusal = refusals.afterDnat(connection.destination(), client);
    if (refusal == null) {
      refusal = refusals.ofLoopback(connection.to(), client);
    }
    if (refusal == null) {
      known.whyNothing(connection, context).forEach(why -> reasons.add(Reason.Topic.REFUSAL, why));
      return refused(connection, frontend, Verdict.PASS, reasons);
    }
    reasons.add(Reason.Topic.REFUSAL, refusal.why());
    return refused(connection, frontend, refusal.verdict(), reasons);
  }

  private static Answer refused(
      Connection connection, @Nullable Frontend frontend, Verdict verdict, Reasons reasons) {
    return new Answer(
        connection, verdict, frontend, List.of(), Map.of(verdict, Share.ALL), reasons.inOrder());
  }
}
