// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.plan;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A plan as text: a heading for each group, a line for each kernel object, a closing count. */
public final class PlanText {

  private static final String RESET = "\u001b[0m";

  private final boolean colour;
  private final StringBuilder text = new StringBuilder();

  private PlanText(boolean colour) {
    this.colour = colour;
  }

  /**
   * The whole text.
   *
   * @param colour whether to mark signs with terminal colours
   */
  public static String of(Plan plan, boolean colour) {
    PlanText text = new PlanText(colour);
    plan.groups().forEach(text::group);
    text.text.append(summary(plan)).append('\n');
    return text.text.toString();
  }

  /** One line that counts what changes. */
  public static String summary(Plan plan) {
    if (plan.isEmpty()) {
      return "No changes: the kernel holds what is wanted.";
    }
    return "Plan: Services "
        + counts(
            plan.services(Sign.ADDED), plan.services(Sign.CHANGED), plan.services(Sign.REMOVED))
        + "; kernel objects "
        + counts(plan.objects(Sign.ADDED), plan.objects(Sign.CHANGED), plan.objects(Sign.REMOVED))
        + ".";
  }

  private static String counts(long added, long changed, long removed) {
    return "+" + added + " ~" + changed + " -" + removed;
  }

  /** A group's first line without its sign: what changes, and why. */
  public static String heading(Plan.Group group) {
    String title = group.service() == null ? "(shared)" : "Service " + group.service();
    return title + "  # " + group.reason();
  }

  private void group(Plan.Group group) {
    line("", group.sign(), heading(group));
    group.lines().forEach(this::line);
    text.append('\n');
  }

  private void line(Plan.Line line) {
    List<String> before = lines(line.before());
    List<String> after = lines(line.after());
    String subject = line.family() + " " + line.name();
    if (line.object().equals("element")) {
      String change =
          line.before() != null && line.after() != null
              ? line.before() + " -> " + value(line.after())
              : String.join(" ", after.isEmpty() ? before : after);
      line("    ", line.sign(), subject + "  " + change);
      return;
    }
    subject = line.object() + " " + subject;
    if (line.sign() != Sign.CHANGED && before.size() + after.size() == 1) {
      line("    ", line.sign(), subject + "  " + String.join("", before) + String.join("", after));
      return;
    }
    line("    ", line.sign(), subject);
    before.stream()
        .filter(rule -> !after.contains(rule))
        .forEach(rule -> line("        ", Sign.REMOVED, rule));
    after.stream()
        .filter(rule -> !before.contains(rule))
        .forEach(rule -> line("        ", Sign.ADDED, rule));
  }

  /** Only what an element leads to, if that is all that differs. */
  private static String value(String element) {
    int colon = element.lastIndexOf(" : ");
    return colon < 0 ? element : element.substring(colon + 3);
  }

  private static List<String> lines(@Nullable String text) {
    return text == null || text.isEmpty() ? List.of() : new ArrayList<>(text.lines().toList());
  }

  private void line(String indent, Sign sign, String rest) {
    if (colour) {
      text.append(colourOf(sign));
    }
    text.append(indent).append(sign.text()).append(' ').append(rest);
    if (colour) {
      text.append(RESET);
    }
    text.append('\n');
  }

  private static String colourOf(Sign sign) {
    return switch (sign) {
      case ADDED -> "\u001b[32m";
      case REMOVED -> "\u001b[31m";
      case CHANGED -> "\u001b[33m";
    };
  }
}
