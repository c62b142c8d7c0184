// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.model.IpFamily;
import java.util.ArrayList;
import java.util.List;

/**
 * An nf_tables batch under construction: messages between BATCH_BEGIN and BATCH_END that the kernel
 * carries out together. Each has its own sequence number, by which errors name the step.
 *
 * @see BatchEncoder
 */
final class Batch {

  /** A part of the batch that an error can name: an operation or a restore. */
  private record Step(int firstSequence, Object subject) {}

  private final NetlinkWriter out;
  private final int firstSequence;
  private final List<Step> steps = new ArrayList<>();
  private int sequence;
  private int lastMessage = -1;

  Batch(NetlinkWriter out, int firstSequence) {
    this.out = out;
    this.firstSequence = firstSequence;
    this.sequence = firstSequence;
    bracket(NfTables.NFNL_MSG_BATCH_BEGIN);
  }

  private void bracket(int type) {
    int message = out.beginMessage(type, NfTables.NLM_F_REQUEST, sequence++);
    out.netfilterHeader(0, NfTables.NFNL_SUBSYS_NFTABLES);
    out.endMessage(message);
  }

  NetlinkWriter out() {
    return out;
  }

  /** What follows belongs to this subject. */
  void step(Object subject) {
    steps.add(new Step(sequence, subject));
  }

  /** Starts a message; {@link #end} takes what this returns. */
  int begin(int type, int flags, IpFamily family) {
    lastMessage =
        out.beginMessage(NfTables.messageType(type), NfTables.NLM_F_REQUEST | flags, sequence++);
    out.netfilterHeader(NfTables.protocolFamily(family), 0);
    return lastMessage;
  }

  void end(int message) {
    out.endMessage(message);
  }

  /** The sequence number of the message begun last. */
  int sequence() {
    return sequence - 1;
  }

  /** Number of messages, brackets included. */
  int messages() {
    return sequence - firstSequence;
  }

  /** Whether nothing stands between the brackets. */
  boolean isEmpty() {
    return lastMessage < 0;
  }

  /**
   * Ends the batch. The last message asks for the only acknowledgement: it proves that the kernel
   * saw them all. (Kernels before 6.10 do not acknowledge BATCH_END.)
   */
  void finish() {
    out.addFlags(lastMessage, NfTables.NLM_F_ACK);
    bracket(NfTables.NFNL_MSG_BATCH_END);
  }

  /** Whether an answer with that number belongs to this batch. */
  boolean owns(int answered) {
    return answered - firstSequence >= 0 && answered - sequence < 0;
  }

  /** Whether it is the number of the message that asks for the acknowledgement. */
  boolean isLast(int answered) {
    return answered == sequence - 2;
  }

  /** What the message with that number was about; null for the batch as a whole. */
  Object subject(int answered, Object whole) {
    Object subject = whole;
    for (Step step : steps) {
      if (step.firstSequence() - answered > 0) {
        break;
      }
      subject = step.subject();
    }
    return answered == sequence - 1 ? whole : subject;
  }
}
