// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import dev.ferrule.agent.config.ProxyMode;
import dev.ferrule.kernel.IptablesChoice;
import dev.ferrule.kernel.IptablesFeatures;
import dev.ferrule.kernel.IptablesVariant;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.kernel.KernelFeature;
import dev.ferrule.kernel.NftablesFeatures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

final class KernelOptionsCheck implements Check {

  @Override
  public Topic topic() {
    return Topic.KERNEL_OPTIONS;
  }

  @Override
  public List<Finding> look(Host host) throws IOException, KernelException {
    boolean iptables = host.configuration().mode() == ProxyMode.IPTABLES;
    try {
      return judge(iptables ? ofIptables(host) : NftablesFeatures.lacking());
    } catch (KernelException e) {
      if (!e.isMissingPrivilege() || iptables) {
        return List.of(
            e.isMissingPrivilege()
                ? topic().unseen(e.getMessage())
                : topic().found(Severity.ERROR, e.getMessage()));
      }
      KernelConfig config = KernelConfig.read(host);
      return List.of(
          config == null
              ? topic().unseen(e.getMessage())
              : judgeWritten(NftablesFeatures.needed(), config.options(), config.file()));
    }
  }

  private static List<KernelFeature.Lack> ofIptables(Host host) throws KernelException {
    IptablesVariant variant = host.configuration().iptables().variant();
    return IptablesFeatures.lacking(variant == null ? IptablesChoice.detect().variant() : variant);
  }

  static List<Finding> judge(List<KernelFeature.Lack> lacking) {
    if (lacking.isEmpty()) {
      return List.of(Topic.KERNEL_OPTIONS.ok("the kernel took everything that our rules need"));
    }
    List<Finding> findings = new ArrayList<>();
    for (KernelFeature.Lack lack : lacking) {
      findings.add(
          Topic.KERNEL_OPTIONS.found(
              Severity.ERROR,
              "no " + lack.feature() + ": the kernel answered " + lack.answer(),
              "modprobe "
                  + lack.feature().module()
                  + ", or boot a kernel with "
                  + lack.feature().option()));
    }
    return findings;
  }

  /** What is written is less than what was tried: a module may be missing on the disk. */
  static Finding judgeWritten(
      List<KernelFeature> needed, Map<String, String> options, String file) {
    List<String> missing =
        needed.stream()
            .map(KernelFeature::option)
            .distinct()
            .filter(option -> !options.containsKey(option))
            .toList();
    return missing.isEmpty()
        ? Topic.KERNEL_OPTIONS.ok(file + " has all options; without root they were not tried")
        : Topic.KERNEL_OPTIONS.found(
            Severity.ERROR,
            file + " lacks " + String.join(", ", missing),
            "boot a kernel with these options");
  }
}
