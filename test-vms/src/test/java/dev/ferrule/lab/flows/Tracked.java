// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What connection tracking holds on one packet of a flow: where it went, read from whom a reply
 * would come, and whether that endpoint sees the sender or somebody else.
 */
record Tracked(int sourcePort, String target, boolean masqueraded, boolean untouched) {
  private static final Pattern FIELD = Pattern.compile("\\b(src|dst|sport|dport)=(\\S+)");

  /** Reads one line of {@code conntrack -L}; the original direction comes first, then the reply. */
  static Optional<Tracked> parse(String line, int port) {
    List<Map<String, String>> directions = new ArrayList<>();
    Matcher field = FIELD.matcher(line);
    while (field.find()) {
      if (field.group(1).equals("src")) {
        directions.add(new HashMap<>());
      }
      directions.get(directions.size() - 1).put(field.group(1), field.group(2));
    }
    if (directions.size() < 2 || directions.stream().anyMatch(d -> d.size() < 4)) {
      return Optional.empty();
    }
    Map<String, String> original = directions.get(0);
    Map<String, String> reply = directions.get(1);
    if (!text(port).equals(original.get("dport"))) {
      return Optional.empty();
    }
    boolean untouched =
        same(reply, "src", original, "dst") && same(reply, "sport", original, "dport");
    return Optional.of(
        new Tracked(
            Integer.parseInt(original.getOrDefault("sport", "0")),
            Target.of(reply.getOrDefault("src", "::"), reply.getOrDefault("sport", "0")),
            !same(reply, "dst", original, "src"),
            untouched));
  }

  private static String text(int port) {
    return Integer.toString(port);
  }

  private static boolean same(
      Map<String, String> one, String field, Map<String, String> other, String otherField) {
    return one.getOrDefault(field, "-").equals(other.getOrDefault(otherField, ""));
  }
}
