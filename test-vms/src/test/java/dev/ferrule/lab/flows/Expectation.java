// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What has to become of a flow. */
sealed interface Expectation {

  /** No endpoint gets it. */
  enum Plain implements Expectation {
    /** Answered with an ICMP unreachable; the client fails at once. */
    REJECT,
    /** Swallowed silently. */
    DROP,
    /** Neither translated nor blocked: it goes wherever routing takes it. */
    PASS
  }

  /** Who gets the connections of one source among several targets. */
  enum Choice {
    /** Any target, each time anew. */
    RANDOM,
    /** Always the one that the source got first. */
    STICKY,
    /** Always the one that the source's address says; that changes little when targets do. */
    HASHED
  }

  /**
   * Some endpoint gets it: all of these in shares like their weights, equal ones where none are
   * given, and nothing else. Where {@code masquerade} has no entry for a target it does not matter.
   */
  record Dnat(
      Set<String> targets,
      Map<String, Boolean> masquerade,
      Map<String, Integer> weights,
      Choice choice)
      implements Expectation {}

  static Expectation of(JsonNode expect) {
    if (expect.isTextual()) {
      return Plain.valueOf(expect.asText().toUpperCase(Locale.ROOT));
    }
    Set<String> targets = new TreeSet<>();
    Scenario.texts(expect.path("dnat")).forEach(t -> targets.add(Target.normal(t)));
    Map<String, Boolean> masquerade = new TreeMap<>();
    JsonNode said = expect.path("masquerade");
    if (said.isBoolean()) {
      targets.forEach(t -> masquerade.put(t, said.asBoolean()));
    } else {
      said.properties()
          .forEach(e -> masquerade.put(Target.normal(e.getKey()), e.getValue().asBoolean()));
    }
    Map<String, Integer> weights = new TreeMap<>();
    expect
        .path("weights")
        .properties()
        .forEach(e -> weights.put(Target.normal(e.getKey()), e.getValue().asInt()));
    Choice choice =
        expect.has("sticky")
            ? Choice.STICKY
            : expect.path("hashed").asBoolean() ? Choice.HASHED : Choice.RANDOM;
    return new Dnat(targets, masquerade, weights, choice);
  }
}
