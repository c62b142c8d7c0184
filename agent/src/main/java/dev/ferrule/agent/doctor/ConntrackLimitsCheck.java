// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import dev.ferrule.agent.conntrack.ConntrackInit;
import java.util.ArrayList;
import java.util.List;

final class ConntrackLimitsCheck implements Check {

  private static final String KEEP_LARGE =
      "conntrack.maxPerCore: 0 keeps what the host has; ferrule init would lower it, as kube-proxy"
          + " does when it starts";

  @Override
  public Topic topic() {
    return Topic.CONNTRACK_LIMITS;
  }

  @Override
  public List<Finding> look(Host host) {
    return judge(ConntrackInit.compare(host.configuration().conntrack(), host.root()));
  }

  /** A table that is too small fails connections; other values only differ. */
  static List<Finding> judge(ConntrackInit.Outcome outcome) {
    List<Finding> findings = new ArrayList<>();
    for (String change : outcome.changes()) {
      String[] words = change.replace(" -> ", ": ").split(": ", -1);
      boolean size = words[0].endsWith("_max") || words[0].endsWith("hashsize");
      boolean small = size && Long.parseLong(words[1]) < Long.parseLong(words[2]);
      String evidence = words[0] + " is " + words[1] + ", configured is " + words[2];
      findings.add(
          size && !small
              ? Topic.CONNTRACK_LIMITS.found(Severity.NOTE, evidence, KEEP_LARGE)
              : Topic.CONNTRACK_LIMITS.found(small ? Severity.WARNING : Severity.NOTE, evidence));
    }
    outcome.failures().forEach(why -> findings.add(Topic.CONNTRACK_LIMITS.unseen(why)));
    return findings.isEmpty() ? List.of(Topic.CONNTRACK_LIMITS.ok("as configured")) : findings;
  }
}
