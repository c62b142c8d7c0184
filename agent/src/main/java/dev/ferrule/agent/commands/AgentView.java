// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.config.Configuration;
import dev.ferrule.agent.objects.Problem;
import dev.ferrule.agent.source.Source;
import dev.ferrule.agent.status.StatusReport;
import dev.ferrule.agent.top.TopWatch;
import dev.ferrule.agent.traffic.ConnectionCounter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an agent lets commands see that it carries out for others. */
interface AgentView {

  /** The settings in force. */
  Configuration configuration();

  /**
   * The source as it is now, frozen.
   *
   * @throws CommandFailure if the agent cannot tell
   */
  Source source();

  /** What of the source is not in force, with where Services contradict each other. */
  List<Problem> problems();

  /** How the agent is. */
  StatusReport status();

  /** What counts connections; null if nothing does yet. */
  @Nullable ConnectionCounter connections();

  /** For those who look at the counters again and again. */
  TopWatch watching();

  /** Whether the first commit was tried. */
  boolean begun();

  /** Whether who asks may do everything anyway. */
  boolean askedByRoot();
}
