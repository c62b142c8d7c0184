// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import org.jspecify.annotations.Nullable;

/** What the kernel says about a batch: at best one acknowledgement, else one error or more. */
final class BatchAnswer implements NetlinkSocket.Receiver {

  private final Batch batch;
  private final Object whole;
  private boolean acknowledged;
  private @Nullable KernelException refusal;
  private @Nullable KernelException loss;
  private int refused;

  BatchAnswer(Batch batch, Object whole) {
    this.batch = batch;
    this.whole = whole;
  }

  @Override
  public void accept(MessageReader message) {
    if (message.type() != MessageReader.NLMSG_ERROR || !batch.owns(message.sequence())) {
      return;
    }
    int number = message.sequence();
    if (message.error() == 0) {
      acknowledged |= batch.isLast(number);
    } else if (refusal == null || number - refused < 0) {
      refused = number;
      refusal = Refusal.of(batch.subject(number, whole), message.error(), message.errorText());
    }
  }

  /** Some answers were lost, which can only have been errors. */
  void lost(KernelException e) {
    loss = e;
  }

  /** Throws the error of the earliest message that was refused, if any was. */
  void check() throws KernelException {
    if (refusal != null) {
      throw refusal;
    }
    if (loss != null) {
      throw loss;
    }
    if (!acknowledged) {
      throw KernelException.of(
          "commit to nf_tables", 0, "the kernel did not acknowledge it; try to read the table");
    }
  }
}
