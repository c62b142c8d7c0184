// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import dev.ferrule.kernel.Conntrack;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.Protocol;
import java.util.List;

final class ConntrackNetlinkCheck implements Check {

  @Override
  public Topic topic() {
    return Topic.CONNTRACK_NETLINK;
  }

  @Override
  public List<Finding> look(Host host) throws KernelException {
    // Of all protocols the one with the fewest entries.
    try (Conntrack conntrack = Conntrack.open()) {
      conntrack.forEach(IpFamily.IPV4, Protocol.SCTP, entry -> {});
      return List.of(topic().ok("the entries of connection tracking can be read"));
    } catch (KernelException e) {
      return List.of(
          e.isMissingPrivilege()
              ? topic().unseen(e.getMessage())
              : topic().found(Severity.ERROR, e.getMessage()));
    }
  }
}
