// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import dev.ferrule.agent.config.ProxyMode;
import dev.ferrule.kernel.IptablesVariant;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

final class CapabilitiesCheck implements Check {

  private static final Pattern EFFECTIVE =
      Pattern.compile("^CapEff:\\s*([0-9a-f]{1,16})$", Pattern.MULTILINE);

  /** Numbers of {@code linux/capability.h}. */
  private static final int NET_ADMIN = 12;

  private static final int NET_RAW = 13;

  @Override
  public Topic topic() {
    return Topic.CAPABILITIES;
  }

  @Override
  public List<Finding> look(Host host) throws IOException {
    boolean raw =
        host.configuration().mode() == ProxyMode.IPTABLES
            && host.configuration().iptables().variant() == IptablesVariant.LEGACY;
    List<Finding> findings = new ArrayList<>();
    HostProcess agent = HostProcess.agent(host);
    if (agent != null) {
      findings.add(judge(agent, host.text("proc/" + agent.pid() + "/status"), raw));
    }
    findings.add(judge(null, host.text("proc/self/status"), raw));
    return findings;
  }

  /**
   * @param agent null for this process
   * @param status its {@code /proc/PID/status}
   */
  static Finding judge(@Nullable HostProcess agent, @Nullable String status, boolean raw) {
    Matcher effective = EFFECTIVE.matcher(status == null ? "" : status);
    if (!effective.find()) {
      return Topic.CAPABILITIES.unseen("there is no CapEff in the status of the process");
    }
    long set = Long.parseUnsignedLong(effective.group(1), 16);
    List<String> missing = new ArrayList<>();
    if ((set >> NET_ADMIN & 1) == 0) {
      missing.add("CAP_NET_ADMIN");
    }
    if (raw && (set >> NET_RAW & 1) == 0) {
      missing.add("CAP_NET_RAW");
    }
    String who = agent == null ? "this process" : "the agent (process " + agent.pid() + ")";
    if (missing.isEmpty()) {
      return Topic.CAPABILITIES.ok(who + " has CAP_NET_ADMIN" + (raw ? " and CAP_NET_RAW" : ""));
    }
    return Topic.CAPABILITIES.found(
        agent == null ? Severity.NOTE : Severity.ERROR,
        who + " lacks " + String.join(" and ", missing),
        agent == null ? "sudo ferrule doctor sees more" : Topic.CAPABILITIES.remedy());
  }
}
