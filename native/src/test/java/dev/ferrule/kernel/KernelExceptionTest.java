// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.diff.Operation;
import dev.ferrule.rules.model.IpFamily;
import org.junit.jupiter.api.Test;

/** What the operator reads. */
final class KernelExceptionTest {

  @Test
  void anUnknownErrorIsNamed() {
    assertThat(KernelException.of("open a netlink socket", 24))
        .hasMessage("could not open a netlink socket because the kernel answered EMFILE");
  }

  @Test
  void theKernelsOwnWordsAreGiven() {
    KernelException e = new KernelException("add it", "set masq", 22, "Bad flags", "");
    assertThat(e)
        .hasMessage("could not add it (set masq) because the kernel said: Bad flags [EINVAL]");
    assertThat(e.kernelText()).isEqualTo("Bad flags");
  }

  @Test
  void aTableOfARunningProgramSaysWhatToStop() {
    KernelException e = Refusal.of(new Operation.AddTable(IpFamily.IPV6), Errno.EPERM, "");
    assertThat(e)
        .hasMessage(
            "could not add table ip6 ferrule because the table belongs to a running program, most"
                + " likely ferrule run with the setting ferrule.tableOwner, and nobody else may"
                + " change it; stop that first [EPERM]");
    assertThat(e.object()).isEqualTo("table ip6 ferrule");
  }
}
