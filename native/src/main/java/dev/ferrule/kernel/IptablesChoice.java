// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.model.IpFamily;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which iptables a host uses: ours must be the same, or rules of the one accept what rules of the
 * other drop.
 *
 * @param reason why this one, for the log
 * @param warning what the operator should know about the other one; empty for nothing
 */
public record IptablesChoice(IptablesVariant variant, String reason, String warning) {

  /**
   * Looks at what is installed and what rules there are in the network namespace of the calling
   * thread. It reads only, and loads no tables.
   *
   * @throws KernelException if no iptables is installed or the process has no privilege
   */
  public static IptablesChoice detect() throws KernelException {
    return detect(IptablesPrograms.ofThisHost());
  }

  static IptablesChoice detect(IptablesPrograms programs) throws KernelException {
    Map<IptablesVariant, HostRules> found = new EnumMap<>(IptablesVariant.class);
    for (IptablesVariant variant : IptablesVariant.values()) {
      if (programs.has(variant, IpFamily.IPV4)) {
        found.put(variant, rules(programs, variant));
      }
    }
    if (found.isEmpty()) {
      throw KernelException.of(
          "find iptables",
          0,
          "it is not installed: neither iptables-nft-restore nor iptables-legacy-restore nor"
              + " iptables-restore is in PATH or /usr/sbin; install the package iptables");
    }
    return of(found, programs.plainVariant(IpFamily.IPV4));
  }

  private static HostRules rules(IptablesPrograms programs, IptablesVariant variant)
      throws KernelException {
    HostRules rules = new HostRules();
    for (IpFamily family : IpFamily.values()) {
      if (family == IpFamily.IPV6 && !programs.has(variant, family)) {
        continue;
      }
      // Without a table's name it shows those that are there and makes none.
      Path program = programs.find(variant, family, "save");
      ChildProcess.End end =
          new ChildProcess(List.of(program.toString()), ChildProcess.QUICK)
              .run(in -> {}, rules::accept);
      KernelException failure =
          new IptablesRefusal("read the rules of " + variant, program.toString(), end)
              .withoutScript();
      // A kernel without the family has no rules of it.
      if (end.code() != 0 && (family == IpFamily.IPV4 || failure.isMissingPrivilege())) {
        throw failure;
      }
    }
    return rules;
  }

  /**
   * @param found of those that are installed, what rules of others they have; not empty
   * @param plain which one iptables-restore is; null if it is not there
   */
  static IptablesChoice of(Map<IptablesVariant, HostRules> found, @Nullable IptablesVariant plain) {
    IptablesVariant ofKubelet = only(found, HostRules::isOfKubelet);
    IptablesVariant ofHost = only(found, rules -> rules.count() > 0);
    IptablesVariant variant = IptablesVariant.NFT;
    String reason = "iptables-legacy is no longer developed";
    if (found.size() == 1) {
      variant = found.keySet().iterator().next();
      reason = "it is the only one that is installed";
    } else if (ofKubelet != null) {
      variant = ofKubelet;
      reason = "the kubelet uses it";
    } else if (ofHost != null) {
      variant = ofHost;
      reason = "the host's own rules are there";
    } else if (plain != null) {
      variant = plain;
      reason = "it is what iptables is on this host";
    }
    HostRules others = found.get(variant.other());
    String warning =
        others == null || others.count() == 0
            ? ""
            : variant.other()
                + " holds "
                + others.count()
                + " rules or chains of other programs: the kernel asks both, and what they drop"
                + " stays dropped";
    return new IptablesChoice(variant, reason, warning);
  }

  private static @Nullable IptablesVariant only(
      Map<IptablesVariant, HostRules> found, Predicate<HostRules> condition) {
    List<IptablesVariant> holding =
        found.entrySet().stream()
            .filter(entry -> condition.test(entry.getValue()))
            .map(Map.Entry::getKey)
            .toList();
    return holding.size() == 1 ? holding.get(0) : null;
  }
}
