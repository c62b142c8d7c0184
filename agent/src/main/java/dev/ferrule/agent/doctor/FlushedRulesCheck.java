// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

final class FlushedRulesCheck implements Check {

  private static final String FILE = "etc/nftables.conf";

  @Override
  public Topic topic() {
    return Topic.FLUSHED_RULES;
  }

  @Override
  public List<Finding> look(Host host) throws IOException {
    boolean enabled =
        host.names("etc/systemd/system/sysinit.target.wants").contains("nftables.service");
    return List.of(judge(host.text(FILE), enabled));
  }

  static Finding judge(@Nullable String text, boolean enabled) {
    boolean flushes = text != null && text.lines().anyMatch(l -> l.strip().equals("flush ruleset"));
    return flushes && enabled
        ? Topic.FLUSHED_RULES.found(
            Severity.NOTE,
            "/"
                + FILE
                + " has flush ruleset and nftables.service is enabled: its restart removes"
                + " our rules, until the agent writes them again")
        : Topic.FLUSHED_RULES.ok("nftables.service does not flush the ruleset");
  }
}
