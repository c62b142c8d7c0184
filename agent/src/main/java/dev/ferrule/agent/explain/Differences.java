// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.explain;

import dev.ferrule.rules.diff.DesiredState;
import dev.ferrule.rules.diff.KernelState;
import dev.ferrule.rules.explain.Answer;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.NftText;
import dev.ferrule.rules.plan.Plan;
import dev.ferrule.rules.plan.Planner;
import dev.ferrule.rules.plan.Sign;
import dev.ferrule.rules.trace.Connection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What in the kernel is not as it should be, as far as a connection may feel it. */
final class Differences {

  /** A table that was never written differs in everything. */
  private static final int TOLD = 20;

  private Differences() {}

  /**
   * The differences.
   *
   * @param kernel what is there of the connection's family
   */
  static List<String> list(
      DesiredState state, KernelState kernel, Connection connection, Answer answer) {
    IpFamily family = connection.to().family();
    String service = answer.frontend() == null ? "" : "" + answer.frontend().owner().service();
    List<String> lines = new ArrayList<>();
    for (Plan.Group group : Planner.plan(state.differenceTo(kernel), state.forwarding()).groups()) {
      List<Plan.Line> own =
          group.lines().stream()
              .filter(line -> line.family().equals(NftText.family(family)))
              .filter(line -> concerns(group, line, service, connection))
              .toList();
      own.forEach(line -> lines.addAll(text(line)));
    }
    if (lines.size() > TOLD) {
      int more = lines.size() - TOLD;
      List<String> first = new ArrayList<>(lines.subList(0, TOLD));
      first.add("and " + more + " more; ferrule plan lists all");
      return first;
    }
    return lines;
  }

  /** Rules and shared sets concern everybody. */
  private static boolean concerns(
      Plan.Group group, Plan.Line line, String service, Connection connection) {
    return group.service() == null
        || group.service().equals(service)
        || line.name().contains(connection.to() + " ")
        || rules(line.before()).stream().anyMatch(rule -> isFor(rule, connection))
        || rules(line.after()).stream().anyMatch(rule -> isFor(rule, connection));
  }

  /** A rule of iptables for the one address. */
  private static boolean isFor(String rule, Connection connection) {
    return rule.startsWith("-d " + connection.to() + "/");
  }

  private static List<String> text(Plan.Line line) {
    String what = line.object() + " " + line.name();
    List<String> before = rules(line.before());
    List<String> after = rules(line.after());
    if (before.size() > 1 || after.size() > 1) {
      return chain(line.sign(), what, before, after);
    }
    return List.of(
        switch (line.sign()) {
          case ADDED -> "missing: " + what + " " + line.after();
          case REMOVED -> "not ours: " + what + " " + line.before();
          case CHANGED ->
              "different: " + what + " " + line.before() + ", should be " + line.after();
        });
  }

  private static List<String> chain(
      Sign sign, String what, List<String> before, List<String> after) {
    List<String> lines = new ArrayList<>();
    switch (sign) {
      case ADDED -> lines.add("missing: " + what);
      case REMOVED -> lines.add("not ours: " + what);
      case CHANGED -> {
        lines.add("different: " + what);
        before.stream()
            .filter(rule -> !after.contains(rule))
            .forEach(rule -> lines.add("  not ours: " + rule));
        after.stream()
            .filter(rule -> !before.contains(rule))
            .forEach(rule -> lines.add("  missing: " + rule));
      }
    }
    return lines;
  }

  private static List<String> rules(@Nullable String text) {
    return text == null ? List.of() : text.lines().toList();
  }
}
