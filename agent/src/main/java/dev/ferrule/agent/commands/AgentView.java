// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.commands;

import dev.ferrule.agent.config.Configuration;
import dev.ferrule.agent.objects.Problem;
import dev.ferrule.agent.source.Source;
import dev.ferrule.agent.status.StatusReport;
import java.util.List;

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

  /** Whether who asks may do everything anyway. */
  boolean askedByRoot();
}
