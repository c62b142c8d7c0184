// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import dev.ferrule.agent.config.ProxyMode;
import dev.ferrule.kernel.IptablesChoice;
import dev.ferrule.kernel.IptablesFeatures;
import dev.ferrule.kernel.IptablesVariant;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.kernel.KernelFeature;
import dev.ferrule.kernel.NftablesFeatures;
import dev.ferrule.rules.model.IpFamily;
import java.io.IOException;
import java.nio.file.Files;
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
      return iptables ? ofIptables(host) : judge(NftablesFeatures.lacking());
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

  private static List<Finding> ofIptables(Host host) throws KernelException {
    IptablesVariant configured = host.configuration().iptables().variant();
    IptablesVariant variant = configured == null ? IptablesChoice.detect().variant() : configured;
    List<Finding> findings =
        new ArrayList<>(judge(IptablesFeatures.lacking(variant, IpFamily.IPV4)));
    if (Files.exists(host.root().resolve("proc/net/if_inet6"))) {
      findings.addAll(ofIpv6(variant));
    }
    return findings;
  }

  /** The agent goes on without a family that cannot be had. */
  private static List<Finding> ofIpv6(IptablesVariant variant) {
    try {
      return judge(IptablesFeatures.lacking(variant, IpFamily.IPV6)).stream()
          .filter(finding -> finding.severity() == Severity.ERROR)
          .map(
              finding ->
                  Topic.KERNEL_OPTIONS.found(
                      Severity.WARNING, "for IPv6: " + finding.evidence(), finding.remedy()))
          .toList();
    } catch (KernelException e) {
      return List.of(
          Topic.KERNEL_OPTIONS.found(Severity.WARNING, "no rules for IPv6: " + e.getMessage()));
    }
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
