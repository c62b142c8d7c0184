// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import dev.ferrule.kernel.KernelException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Carries out all checks. */
public final class Doctor {

  private static final List<Check> CHECKS =
      List.of(
          new PodRangeCheck(),
          new NodeNameCheck(),
          new NodeAddressesCheck(),
          new KernelCheck(),
          new KernelOptionsCheck(),
          new ConntrackNetlinkCheck(),
          new NftCheck(),
          new IptablesCheck(),
          new KubeProxyCheck(),
          new OtherModeCheck(),
          new ForwardPolicyCheck(),
          new FirewalldCheck(),
          new FlushedRulesCheck(),
          new EbpfProxyCheck(),
          new ForwardingCheck(),
          new ReversePathCheck(),
          new RouteLocalnetCheck(),
          new BridgeCheck(),
          new ConntrackLimitsCheck(),
          new ConntrackFillCheck(),
          new NodePortRangeCheck(),
          new NodePortsCheck(),
          new PortsCheck(),
          new CapabilitiesCheck(),
          new OpenFilesCheck(),
          new ClockCheck(),
          new StateDirectoryCheck(),
          new MemoryCheck(),
          new AffinityListsCheck());

  private Doctor() {}

  /** All findings, the worst first, else in the order of the topics. Changes nothing. */
  public static List<Finding> examine(Host host, List<Finding> before) {
    List<Finding> findings = new ArrayList<>(before);
    for (Check check : CHECKS) {
      findings.addAll(look(check, host));
    }
    return sorted(findings);
  }

  static List<Finding> sorted(List<Finding> findings) {
    return findings.stream()
        .sorted(Comparator.comparing(Finding::severity).reversed().thenComparing(Finding::topic))
        .toList();
  }

  private static List<Finding> look(Check check, Host host) {
    try {
      return check.look(host);
    } catch (AccessDeniedException e) {
      return List.of(check.topic().unseen("may not read " + e.getFile()));
    } catch (IOException | KernelException | IllegalArgumentException e) {
      return List.of(check.topic().unseen(String.valueOf(e.getMessage())));
    }
  }

  /** What the worst of them is. */
  public static Severity worst(List<Finding> findings) {
    return findings.stream()
        .map(Finding::severity)
        .max(Comparator.naturalOrder())
        .orElse(Severity.OK);
  }
}
