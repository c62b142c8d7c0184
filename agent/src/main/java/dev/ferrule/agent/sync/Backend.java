// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import dev.ferrule.kernel.IptablesChoice;
import dev.ferrule.kernel.IptablesVariant;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.rules.diff.Rendering;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where rules go.
 *
 * @param rendering what they are written in
 * @param variant which iptables writes them; null to find out which one this host uses
 * @param tableOwner whether no other program may change tables of our own, if the kernel can do
 *     that
 */
public record Backend(Rendering rendering, @Nullable IptablesVariant variant, boolean tableOwner) {

  /** Tables of our own. */
  public static final Backend NFTABLES = new Backend(new Rendering.Nftables(), null, false);

  /** The same, and our tables are ours alone while we run; without effect in mode iptables. */
  public Backend owning(boolean owner) {
    return new Backend(rendering, variant, owner);
  }

  /**
   * Opens our part of the kernel.
   *
   * @param remarks takes what the operator should know about this host, a sentence each
   * @throws KernelException if it cannot be had; the message says why
   */
  public KernelRules open(Consumer<String> remarks) throws KernelException {
    if (rendering instanceof Rendering.Nftables) {
      return tableOwner ? KernelTables.owning(remarks) : KernelTables.open(remarks);
    }
    IptablesVariant chosen = variant;
    if (chosen == null) {
      IptablesChoice choice = IptablesChoice.detect();
      chosen = choice.variant();
      remarks.accept("using iptables-" + chosen.text() + ": " + choice.reason());
      if (!choice.warning().isEmpty()) {
        remarks.accept(choice.warning());
      }
    }
    return KernelChains.open(chosen, remarks);
  }
}
