// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

final class OpenFilesCheck implements Check {

  /** Health-check ports and HTTP clients take one each. */
  private static final long ENOUGH = 1024;

  private static final Pattern SOFT =
      Pattern.compile("^Max open files\\s+(\\d{1,18}|unlimited)", Pattern.MULTILINE);

  @Override
  public Topic topic() {
    return Topic.OPEN_FILES;
  }

  @Override
  public List<Finding> look(Host host) throws IOException {
    HostProcess agent = HostProcess.agent(host);
    String of = agent == null ? "self" : Long.toString(agent.pid());
    String who = agent == null ? "this process" : "the agent (process " + agent.pid() + ")";
    return List.of(judge(who, host.text("proc/" + of + "/limits")));
  }

  static Finding judge(String who, @Nullable String limits) {
    Matcher soft = SOFT.matcher(limits == null ? "" : limits);
    if (!soft.find()) {
      return Topic.OPEN_FILES.unseen("there is no limit of open files in /proc");
    }
    String limit = soft.group(1);
    String text = who + " may have " + limit + " files open";
    return !limit.equals("unlimited") && Long.parseLong(limit) < ENOUGH
        ? Topic.OPEN_FILES.found(Severity.WARNING, text)
        : Topic.OPEN_FILES.ok(text);
  }
}
