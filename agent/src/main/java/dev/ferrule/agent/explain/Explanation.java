// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.explain;

import dev.ferrule.rules.explain.Answer;
import dev.ferrule.rules.trace.TracedRules;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is found out about a question.
 *
 * @param answer what the manifests ask for
 * @param rules what the rules do that would be written for them
 * @param remarks what else the reader should know, one sentence each
 * @param kernel how the kernel compares; null if it was not asked
 * @param packet what became of a real packet; null if none was asked for
 */
public record Explanation(
    Answer answer,
    TracedRules rules,
    List<String> remarks,
    @Nullable KernelView kernel,
    @Nullable PacketReport packet) {

  public Explanation {
    remarks = List.copyOf(remarks);
  }
}
