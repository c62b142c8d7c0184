// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import dev.ferrule.kernel.KernelException;
import java.io.IOException;
import java.util.List;

/** Reads what there is about a topic, and has it judged. */
interface Check {

  /** What it is about, should it fail to look. */
  Topic topic();

  /**
   * Looks; changes nothing.
   *
   * @return empty if the topic does not concern this host
   * @throws IOException if a file cannot be read; the finding is then that it was not seen
   */
  List<Finding> look(Host host) throws IOException, KernelException;
}
