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

  /**
   * Some endpoint gets it: all of these in roughly equal shares, and nothing else. Where {@code
   * masquerade} has no entry for a target it does not matter; {@code sticky} says that one source
   * keeps to one target.
   */
  record Dnat(Set<String> targets, Map<String, Boolean> masquerade, boolean sticky)
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
    return new Dnat(targets, masquerade, expect.has("sticky"));
  }
}
