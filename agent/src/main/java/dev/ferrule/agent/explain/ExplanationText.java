// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.explain;

import dev.ferrule.rules.explain.Agreement;
import dev.ferrule.rules.explain.AnswerText;

/** An explanation for a person. */
public final class ExplanationText {

  private ExplanationText() {}

  /** The whole explanation, with a line break at the end. */
  public static String of(Explanation explanation) {
    StringBuilder text =
        new StringBuilder(AnswerText.of(explanation.answer(), explanation.rules()));
    if (!explanation.remarks().isEmpty()) {
      text.append('\n');
    }
    explanation.remarks().forEach(remark -> text.append("Note: ").append(remark).append('\n'));
    KernelView kernel = explanation.kernel();
    if (kernel == null) {
      return text.toString();
    }
    if (kernel.agrees()) {
      text.append("\nkernel agrees\n");
    } else if (kernel.rules().outcomes().isEmpty()) {
      text.append("\nkernel disagrees: it has no rules of ours\n");
    } else {
      text.append("\nkernel disagrees: ")
          .append(Agreement.of(kernel.rules().outcomes()))
          .append('\n')
          .append(AnswerText.rules(kernel.rules()));
    }
    if (!kernel.differences().isEmpty()) {
      text.append("\nWhat is not in the kernel as it should be:\n");
      kernel.differences().forEach(line -> text.append("  ").append(line).append('\n'));
    }
    PacketReport packet = explanation.packet();
    if (packet != null) {
      text.append('\n').append(of(packet));
    }
    return text.toString();
  }

  private static String of(PacketReport report) {
    if (report instanceof PacketReport.NotSent not) {
      return "No packet was sent: " + not.why() + "\n";
    }
    PacketReport.Followed followed = (PacketReport.Followed) report;
    StringBuilder text = new StringBuilder("Sent a ").append(followed.packet()).append(":\n");
    for (PacketReport.Line line : followed.path()) {
      text.append("  ")
          .append(line.table())
          .append(' ')
          .append(line.chain())
          .append(": ")
          .append(line.rule())
          .append("\n      -> ")
          .append(line.verdict())
          .append('\n');
    }
    text.append("It ended as: ").append(followed.end()).append("\n\n");
    text.append(followed.agrees() ? "packet agrees" : "packet disagrees: " + followed.difference());
    return text.append('\n').toString();
  }
}
