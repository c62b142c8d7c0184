// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import dev.ferrule.agent.config.ProxyMode;
import dev.ferrule.kernel.HostChains;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.rules.model.IpFamily;
import java.util.ArrayList;
import java.util.List;

final class ForwardPolicyCheck implements Check {

  @Override
  public Topic topic() {
    return Topic.FORWARD_POLICY;
  }

  @Override
  public List<Finding> look(Host host) throws KernelException {
    return judge(HostChains.read(), host.configuration().mode() == ProxyMode.IPTABLES);
  }

  /**
   * @param accepted whether a chain of ours accepts forwarded connections to Services
   */
  static List<Finding> judge(List<HostChains> places, boolean accepted) {
    List<Finding> findings = new ArrayList<>();
    for (HostChains place : places) {
      if (place.forwardDrops()) {
        findings.add(
            accepted
                ? Topic.FORWARD_POLICY.ok(text(place) + "; FERRULE-FORWARD accepts ours")
                : Topic.FORWARD_POLICY.found(
                    Severity.WARNING,
                    text(place) + ": connections to Services may be dropped on their way to Pods",
                    remedy(place)));
      }
    }
    return findings.isEmpty()
        ? List.of(Topic.FORWARD_POLICY.ok("no chain FORWARD has the policy DROP"))
        : findings;
  }

  private static String text(HostChains place) {
    String whose =
        has(place, "DOCKER")
            ? " (Docker's chains are there)"
            : has(place, "ufw") ? " (ufw's chains are there)" : "";
    return "chain FORWARD of "
        + place.variant()
        + " ("
        + place.family().text()
        + ") has the policy DROP"
        + whose;
  }

  private static String remedy(HostChains place) {
    String program =
        (place.family() == IpFamily.IPV4 ? "iptables-" : "ip6tables-") + place.variant().text();
    return has(place, "DOCKER-USER")
        ? program + " -I DOCKER-USER -j ACCEPT, or the Pod range alone with -s and -d"
        : has(place, "ufw")
            ? "ufw default allow routed"
            : program + " -P FORWARD ACCEPT, or accept the Pod range with -s and -d";
  }

  private static boolean has(HostChains place, String prefix) {
    return place.chains().stream().anyMatch(chain -> chain.startsWith(prefix));
  }
}
