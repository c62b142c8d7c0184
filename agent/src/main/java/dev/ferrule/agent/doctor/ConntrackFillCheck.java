// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;

final class ConntrackFillCheck implements Check {

  private static final int BUSY_PERCENT = 75;
  private static final int FULL_PERCENT = 95;

  @Override
  public Topic topic() {
    return Topic.CONNTRACK_FILL;
  }

  @Override
  public List<Finding> look(Host host) throws IOException {
    OptionalLong count = host.sysctl("net.netfilter.nf_conntrack_count");
    OptionalLong max = host.sysctl("net.netfilter.nf_conntrack_max");
    return List.of(
        count.isEmpty() || max.isEmpty()
            ? topic().ok("nothing is tracked: module nf_conntrack is not loaded")
            : judge(count.getAsLong(), max.getAsLong()));
  }

  static Finding judge(long count, long max) {
    String text = count + " of " + max + " entries of connection tracking are in use";
    long percent = max <= 0 ? 0 : count * 100 / max; // 0 means no limit
    if (percent < BUSY_PERCENT) {
      return Topic.CONNTRACK_FILL.ok(text);
    }
    return Topic.CONNTRACK_FILL.found(
        percent < FULL_PERCENT ? Severity.WARNING : Severity.ERROR,
        text + " (" + percent + " %): when it is full, new connections are dropped");
  }
}
