// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.explain;

import dev.ferrule.rules.trace.Fate;
import dev.ferrule.rules.trace.Outcome;
import dev.ferrule.rules.trace.Share;
import dev.ferrule.rules.trace.Verdict;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What happens to a connection and how likely it is, in a form in which two ways to find it out can
 * be compared.
 *
 * @param shares by what happens, e.g. {@code 10.244.0.1:80 (masqueraded)} or {@code drop}
 */
public record Agreement(Map<String, Share> shares) {

  public Agreement {
    shares = Map.copyOf(shares);
  }

  /** What the forwarding table says. */
  public static Agreement of(Answer answer) {
    Map<String, Share> shares = new TreeMap<>();
    answer
        .shares()
        .forEach(
            (verdict, share) -> {
              if (verdict != Verdict.DNAT) {
                shares.put(verdict.text(), share);
              }
            });
    for (Way way : answer.endpoints()) {
      shares.put(
          AnswerText.end(new Fate.Delivered(way.backend(), way.masquerade())), way.probability());
    }
    return new Agreement(shares);
  }

  /** What rules say. */
  public static Agreement of(List<Outcome> outcomes) {
    Map<String, Share> shares = new TreeMap<>();
    for (Outcome outcome : outcomes) {
      shares.merge(AnswerText.end(outcome.fate()), outcome.share(), Share::plus);
    }
    return new Agreement(shares);
  }

  /** All of it on one line. */
  @Override
  public String toString() {
    return new TreeMap<>(shares)
        .entrySet().stream()
            .map(e -> e.getValue().equals(Share.ALL) ? e.getKey() : e.getKey() + " " + e.getValue())
            .collect(Collectors.joining(", "));
  }
}
