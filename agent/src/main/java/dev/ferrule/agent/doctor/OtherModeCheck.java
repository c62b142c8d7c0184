// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import dev.ferrule.agent.config.ProxyMode;
import dev.ferrule.agent.sync.Backend;
import dev.ferrule.agent.sync.OtherRules;
import dev.ferrule.kernel.KernelException;
import java.util.ArrayList;
import java.util.List;

final class OtherModeCheck implements Check {

  @Override
  public Topic topic() {
    return Topic.OTHER_MODE;
  }

  @Override
  public List<Finding> look(Host host) throws KernelException {
    List<String> there = new ArrayList<>();
    List<String> other = new ArrayList<>();
    boolean iptables = host.configuration().mode() == ProxyMode.IPTABLES;
    for (Backend backend : OtherRules.everywhere()) {
      if (OtherRules.isThere(backend)) {
        boolean configured =
            iptables
                ? backend.variant() != null
                    && (host.configuration().iptables().variant() == null
                        || backend.variant() == host.configuration().iptables().variant())
                : backend.variant() == null;
        (configured ? there : other).add(OtherRules.name(backend));
      }
    }
    return List.of(judge(there, other));
  }

  /** Of the variant of iptables that is not configured, at most one can be meant. */
  static Finding judge(List<String> configured, List<String> other) {
    if (!other.isEmpty() || configured.size() > 1) {
      List<String> all = new ArrayList<>(other);
      if (configured.size() > 1) {
        all.addAll(configured);
      }
      return Topic.OTHER_MODE.found(
          Severity.WARNING, "our " + String.join(" and ", all) + " are in force beside others");
    }
    return Topic.OTHER_MODE.ok(
        configured.isEmpty() ? "no rules of ours" : "our rules are " + configured.get(0));
  }
}
