// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import dev.ferrule.agent.config.ProxyMode;
import dev.ferrule.agent.sync.FullList;
import dev.ferrule.agent.sync.FullLists;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.rules.compile.ForwardingTable;
import java.util.List;

final class AffinityListsCheck implements Check {

  @Override
  public Topic topic() {
    return Topic.AFFINITY_LISTS;
  }

  @Override
  public List<Finding> look(Host host) throws KernelException {
    ForwardingTable forwarding = host.forwarding();
    return host.configuration().mode() != ProxyMode.IPTABLES || forwarding == null
        ? List.of()
        : judge(FullLists.find(forwarding));
  }

  static List<Finding> judge(List<FullList> full) {
    return full.isEmpty()
        ? List.of(Topic.AFFINITY_LISTS.ok("no list of clients is full"))
        : full.stream()
            .map(list -> Topic.AFFINITY_LISTS.found(Severity.WARNING, list.text()))
            .toList();
  }
}
