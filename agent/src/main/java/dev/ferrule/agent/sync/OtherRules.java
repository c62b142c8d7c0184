// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import dev.ferrule.kernel.IptablesVariant;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.kernel.OurChains;
import dev.ferrule.rules.diff.Rendering;
import dev.ferrule.rules.model.IpFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Rules of ours that an earlier run left in another part of the kernel: after a change of mode, or
 * of the variant of iptables.
 */
public final class OtherRules {

  private final List<Backend> there;
  private final Consumer<String> told;

  private OtherRules(List<Backend> there, Consumer<String> told) {
    this.there = there;
    this.told = told;
  }

  /**
   * Looks for them. To be called before the first commit of the rules in use, which are told to
   * take over the clients of those.
   *
   * @param used our rules that stay
   * @param told takes a sentence for each kind that is removed or cannot be
   */
  public static OtherRules besides(KernelRules used, Consumer<String> told) {
    List<Backend> there = new ArrayList<>();
    for (Backend other : others(used)) {
      try {
        if (isThere(other)) {
          there.add(other);
        }
      } catch (KernelException e) {
        told.accept(
            isOfRootAlone(other, e)
                ? "not looked for chains of ours in iptables-legacy, which takes root; if mode"
                    + " iptables was used with it before, run ferrule cleanup as root once"
                : "could not look for " + name(other) + " of ours: " + e.getMessage());
      }
    }
    if (!there.isEmpty()) {
      used.takeOverClients();
    }
    return new OtherRules(there, told);
  }

  /** Where they are. */
  public List<Backend> there() {
    return List.copyOf(there);
  }

  /**
   * Removes them, once. To be called when the rules in use are in force: for a moment both are
   * there and say the same, so no connection meets a gap.
   */
  public void remove() {
    for (Backend other : there) {
      try (KernelRules rules = other.open(told)) {
        rules.remove();
        told.accept("removed our " + name(other) + ", which are not in use any more");
      } catch (KernelException e) {
        told.accept(
            "could not remove our " + name(other) + " that are not in use: " + e.getMessage());
      }
    }
    there.clear();
  }

  /** Where rules of ours can be, whatever is in use. */
  public static List<Backend> everywhere() {
    List<Backend> all = new ArrayList<>(List.of(Backend.NFTABLES));
    for (IptablesVariant variant : IptablesVariant.values()) {
      all.add(new Backend(new Rendering.Iptables(0, false, false), variant, false));
    }
    return all;
  }

  /** Whether there are rules of ours; makes no tables. */
  public static boolean isThere(Backend backend) throws KernelException {
    IptablesVariant variant = backend.variant();
    if (variant != null) {
      return OurChains.areIn(variant);
    }
    try (KernelTables tables = KernelTables.open()) {
      for (IpFamily family : IpFamily.values()) {
        if (!tables.rules(family).isEmpty()) {
          return true;
        }
      }
      return false;
    }
  }

  /**
   * Whether rules of ours are in force anywhere, of this or of another mode.
   *
   * @param told takes a sentence where that cannot be found out
   */
  public static boolean anywhere(Consumer<String> told) {
    for (Backend backend : everywhere()) {
      try {
        if (isThere(backend)) {
          return true;
        }
      } catch (KernelException e) {
        if (!isOfRootAlone(backend, e)) { // else it is told when rules are written
          told.accept("could not look for " + name(backend) + " of ours: " + e.getMessage());
        }
      }
    }
    return false;
  }

  /** As a service of systemd the agent may not look there. */
  private static boolean isOfRootAlone(Backend backend, KernelException problem) {
    return backend.variant() == IptablesVariant.LEGACY && problem.isMissingPrivilege();
  }

  /** What the rules are called: {@code tables of nftables}, {@code chains of iptables-nft}. */
  public static String name(Backend backend) {
    return backend.variant() == null
        ? "tables of nftables"
        : "chains of iptables-" + backend.variant().text();
  }

  private static List<Backend> others(KernelRules used) {
    List<Backend> others = new ArrayList<>(everywhere());
    others.removeIf(
        backend ->
            used instanceof KernelChains chains
                ? backend.variant() == chains.variant()
                : backend.variant() == null);
    return others;
  }
}
