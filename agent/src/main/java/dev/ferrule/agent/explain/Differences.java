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
      own.forEach(line -> lines.add(text(line)));
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
        || line.name().contains(connection.to() + " ");
  }

  private static String text(Plan.Line line) {
    String what = line.object() + " " + line.name();
    if (line.sign() == Sign.ADDED) {
      return "missing: " + what + " " + line.after();
    }
    if (line.sign() == Sign.REMOVED) {
      return "not ours: " + what + " " + line.before();
    }
    return "different: " + what + " " + line.before() + ", should be " + line.after();
  }
}
