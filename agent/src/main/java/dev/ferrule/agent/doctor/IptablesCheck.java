// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import dev.ferrule.agent.config.ProxyMode;
import dev.ferrule.kernel.IptablesChoice;
import dev.ferrule.kernel.IptablesVariant;
import dev.ferrule.kernel.KernelException;
import java.util.List;
import org.jspecify.annotations.Nullable;

final class IptablesCheck implements Check {

  @Override
  public Topic topic() {
    return Topic.IPTABLES;
  }

  @Override
  public List<Finding> look(Host host) throws KernelException {
    boolean needed = host.configuration().mode() == ProxyMode.IPTABLES;
    try {
      return List.of(
          judge(IptablesChoice.detect(), needed, host.configuration().iptables().variant()));
    } catch (KernelException e) {
      if (e.isMissingPrivilege()) {
        return List.of(topic().unseen(e.getMessage()));
      }
      return List.of(
          needed
              ? topic().found(Severity.ERROR, e.getMessage(), "apt-get install iptables")
              : topic().ok("not usable, and not needed: " + e.getMessage()));
    }
  }

  static Finding judge(
      IptablesChoice choice, boolean needed, @Nullable IptablesVariant configured) {
    String found = "this host uses " + choice.variant() + ": " + choice.reason();
    if (needed && configured != null && configured != choice.variant()) {
      return Topic.IPTABLES.found(
          Severity.WARNING,
          found + ", but " + configured + " is configured",
          "set iptables.variant: " + choice.variant().text());
    }
    return choice.warning().isEmpty()
        ? Topic.IPTABLES.ok(found)
        : Topic.IPTABLES.found(Severity.WARNING, found + "; " + choice.warning());
  }
}
