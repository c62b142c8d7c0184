// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import java.util.List;
import java.util.Locale;

/** Findings for a person who is in a hurry: the worst first. */
public final class FindingsText {

  private FindingsText() {}

  /**
   * A line for each, its remedy below, and their numbers at the end.
   *
   * @param findings in the order of {@link Doctor#examine}
   * @param all whether those that are as they should be are listed as well
   */
  public static String of(List<Finding> findings, boolean all, boolean colour) {
    StringBuilder text = new StringBuilder();
    for (Finding finding : findings) {
      if (all || finding.severity() != Severity.OK) {
        add(text, finding, colour);
      }
    }
    return text.append(summary(findings)).append('\n').toString();
  }

  private static void add(StringBuilder text, Finding finding, boolean colour) {
    String word =
        String.format(Locale.ROOT, "%-7s", finding.severity().text().toUpperCase(Locale.ROOT));
    text.append(colour ? colour(finding.severity()) + word + "\u001b[0m" : word)
        .append(' ')
        .append(finding.topic().id())
        .append(": ")
        .append(plain(finding.evidence()))
        .append('\n');
    if (!finding.remedy().isEmpty()) {
      text.append("        -> ").append(plain(finding.remedy())).append('\n');
    }
  }

  /** Names of programs and chains come from others, and must not reach a terminal as they are. */
  private static String plain(String text) {
    return text.replaceAll("\\p{Cntrl}", " ");
  }

  private static String colour(Severity severity) {
    return switch (severity) {
      case ERROR -> "\u001b[31m";
      case WARNING -> "\u001b[33m";
      case NOTE -> "\u001b[36m";
      case OK -> "\u001b[32m";
    };
  }

  private static String summary(List<Finding> findings) {
    return count(findings, Severity.ERROR, "error")
        + ", "
        + count(findings, Severity.WARNING, "warning")
        + ", "
        + count(findings, Severity.NOTE, "note")
        + "; "
        + findings.stream().filter(finding -> finding.severity() == Severity.OK).count()
        + " ok";
  }

  private static String count(List<Finding> findings, Severity severity, String word) {
    long count = findings.stream().filter(finding -> finding.severity() == severity).count();
    return count + " " + word + (count == 1 ? "" : "s");
  }
}
