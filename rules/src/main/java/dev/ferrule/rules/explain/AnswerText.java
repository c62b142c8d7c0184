// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.explain;

import dev.ferrule.rules.compile.Frontend;
import dev.ferrule.rules.trace.Fate;
import dev.ferrule.rules.trace.Route;
import dev.ferrule.rules.trace.TracedRules;
import dev.ferrule.rules.trace.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** An answer for a person: the answer in one line, the endpoints, the reasons, the rules. */
public final class AnswerText {

  /** Where a rule leads to many elements, so many are shown. */
  private static final int ELEMENTS_SHOWN = 8;

  private AnswerText() {}

  /** The answer in one line, e.g. {@code DNAT to one of 3 endpoints of Service default/web}. */
  public static String headline(Answer answer) {
    Frontend frontend = answer.frontend();
    if (answer.verdict() != Verdict.DNAT || frontend == null) {
      return answer.verdict().name() + ": " + decisive(answer);
    }
    String service = "Service " + frontend.owner() + " (" + frontend.kind().text() + ")";
    List<Way> ways = answer.endpoints();
    return ways.size() == 1
        ? "DNAT to " + ways.get(0).backend() + ", an endpoint of " + service
        : "DNAT to one of " + ways.size() + " endpoints of " + service;
  }

  /** The reason behind a verdict other than DNAT. */
  private static String decisive(Answer answer) {
    for (Reason.Topic topic :
        List.of(Reason.Topic.REFUSAL, Reason.Topic.POLICY, Reason.Topic.SOURCE_RANGES)) {
      List<Reason> about = answer.reasons().stream().filter(r -> r.topic() == topic).toList();
      if (!about.isEmpty()) {
        return about.get(about.size() - 1).text();
      }
    }
    return answer.connection().destination().toString();
  }

  /**
   * The whole answer, with a line break at the end.
   *
   * @param rules what the rules do with the same connection
   */
  public static String of(Answer answer, TracedRules rules) {
    StringBuilder text = new StringBuilder(headline(answer)).append('\n');
    if (!answer.endpoints().isEmpty()) {
      text.append('\n');
      table(answer.endpoints()).forEach(line -> text.append(line).append('\n'));
    }
    text.append("\nWhy:\n");
    for (Reason reason : answer.reasons()) {
      text.append("  - ").append(reason.text()).append('\n');
    }
    return text.append(rules(rules)).toString();
  }

  private static List<String> table(List<Way> ways) {
    int width = ways.stream().mapToInt(way -> way.backend().toString().length()).max().orElse(0);
    String format = "%-" + Math.max(width, "ENDPOINT".length()) + "s  %-11s  %s";
    List<String> lines = new ArrayList<>();
    lines.add(String.format(Locale.ROOT, format, "ENDPOINT", "PROBABILITY", "MASQUERADE"));
    for (Way way : ways) {
      lines.add(
          String.format(
              Locale.ROOT,
              format,
              way.backend(),
              way.probability(),
              way.masquerade() ? "yes" : "no"));
    }
    return lines;
  }

  /** The rules of each way, with an empty line in front. */
  public static String rules(TracedRules rules) {
    StringBuilder text = new StringBuilder();
    for (Route route : rules.routes()) {
      text.append("\nRules of ").append(rules.place());
      if (rules.routes().size() > 1) {
        text.append(" to ").append(ends(route));
      }
      text.append(route.lines().isEmpty() ? ": none matches\n" : ":\n");
      for (Route.Line line : route.lines()) {
        text.append("  ").append(line.chain()).append(": ").append(line.rule()).append('\n');
        line.elements().stream()
            .limit(ELEMENTS_SHOWN)
            .forEach(element -> text.append("      ").append(element).append('\n'));
        if (line.elements().size() > ELEMENTS_SHOWN) {
          text.append("      and ")
              .append(line.elements().size() - ELEMENTS_SHOWN)
              .append(" more\n");
        }
      }
    }
    return text.toString();
  }

  private static String ends(Route route) {
    return route.outcomes().stream()
        .map(outcome -> end(outcome.fate()))
        .distinct()
        .collect(Collectors.joining(", "));
  }

  /** Where a way ends, in a few words. */
  public static String end(Fate fate) {
    if (fate instanceof Fate.Delivered delivered) {
      return delivered.backend() + (delivered.masquerade() ? " (masqueraded)" : "");
    } else if (fate instanceof Fate.Rejected) {
      return Verdict.REJECT.text();
    } else if (fate instanceof Fate.Dropped) {
      return Verdict.DROP.text();
    } else if (fate instanceof Fate.Passed) {
      return Verdict.PASS.text();
    } else if (fate instanceof Fate.Unclear unclear) {
      return "cannot be followed, because of " + unclear.why();
    }
    throw new IllegalStateException("no words for " + fate);
  }
}
