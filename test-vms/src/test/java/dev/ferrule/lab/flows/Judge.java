// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Tries a flow and says what is wrong with what became of it. */
final class Judge {
  /** With this many packets an even choice practically never leaves a target below the least. */
  private static final int PER_TARGET = 24;

  private static final int LEAST_SHARE = 5;
  private static final int FEW = 3;

  private final Trial trial;
  private final SourceChoice sources;

  Judge(Trial trial, NodeSettings node) {
    this.trial = trial;
    this.sources = new SourceChoice(trial, node);
  }

  /** Empty if the flow is as expected. */
  Optional<String> complaint(Flow flow) {
    if (flow.expect() instanceof Expectation.Dnat dnat) {
      return dnat.choice() == Expectation.Choice.RANDOM
          ? random(flow, dnat)
          : sources.complaint(flow, dnat).or(() -> masquerade(flow, dnat));
    }
    Outcome outcome = trial.send(flow, FEW);
    List<Tracked> translated = outcome.translated(Set.of());
    if (!translated.isEmpty()) {
      return complain("dnat to " + Outcome.targets(translated), flow.expect());
    }
    boolean right =
        switch ((Expectation.Plain) flow.expect()) {
          case REJECT -> outcome.unreachable();
          case DROP -> outcome.refusals().isEmpty() && !outcome.unreachable() && !outcome.passed();
          // A closed port of the node itself answers with a reset, which ends the connection too.
          case PASS -> outcome.passed() || (outcome.reset() && !outcome.unreachable());
        };
    return right ? Optional.empty() : complain(outcome.words(), flow.expect());
  }

  private Optional<String> random(Flow flow, Expectation.Dnat dnat) {
    Shares weighted = new Shares(dnat.weights());
    int targets = dnat.targets().size();
    int packets = targets > 1 ? PER_TARGET * targets : FEW;
    Outcome outcome = trial.send(flow, dnat.weights().isEmpty() ? packets : weighted.packets());
    List<Tracked> hits = outcome.translated(dnat.targets());
    if (!Outcome.targets(hits).equals(dnat.targets())) {
      return complain(hits, outcome, dnat);
    }
    Map<String, Integer> shares = new TreeMap<>();
    hits.forEach(hit -> shares.merge(hit.target(), 1, Integer::sum));
    if (!weighted.fit(shares)) {
      return Optional.of("shares " + shares + ", expected " + dnat.weights());
    }
    if (targets > 1
        && dnat.weights().isEmpty()
        && shares.values().stream().anyMatch(share -> share < LEAST_SHARE)) {
      return Optional.of("uneven shares " + shares);
    }
    return masquerade(hits, dnat);
  }

  private Optional<String> masquerade(Flow flow, Expectation.Dnat dnat) {
    return masquerade(trial.send(flow, FEW).translated(dnat.targets()), dnat);
  }

  private static Optional<String> masquerade(List<Tracked> hits, Expectation.Dnat dnat) {
    return hits.stream()
        .filter(
            hit ->
                dnat.masquerade().getOrDefault(hit.target(), hit.masqueraded())
                    != hit.masqueraded())
        .findFirst()
        .map(hit -> "to %s masquerade is %s".formatted(hit.target(), hit.masqueraded()));
  }

  private static Optional<String> complain(
      List<Tracked> hits, Outcome outcome, Expectation.Dnat expected) {
    return complain(
        hits.isEmpty() ? outcome.words() : "dnat to " + Outcome.targets(hits), expected);
  }

  private static Optional<String> complain(String got, Expectation expected) {
    return Optional.of(got + ", expected " + expected);
  }
}
