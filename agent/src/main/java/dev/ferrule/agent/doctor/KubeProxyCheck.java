// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import dev.ferrule.agent.migrate.KubeProxyProcess;
import dev.ferrule.agent.migrate.KubeProxyRules;
import dev.ferrule.kernel.KernelException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

final class KubeProxyCheck implements Check {

  @Override
  public Topic topic() {
    return Topic.KUBE_PROXY;
  }

  @Override
  public List<Finding> look(Host host) {
    List<Finding> findings = new ArrayList<>(process(KubeProxyProcess.find()));
    try {
      findings.add(rules(KubeProxyRules.find().removal()));
    } catch (KernelException e) {
      findings.add(topic().unseen(e.getMessage()));
    }
    return findings;
  }

  static List<Finding> process(OptionalLong process) {
    return process.isEmpty()
        ? List.of()
        : List.of(
            Topic.KUBE_PROXY.found(
                Severity.ERROR,
                "kube-proxy runs (process "
                    + process.getAsLong()
                    + ") and translates the same connections as we do"));
  }

  /**
   * @param removal what there is of it, a line each
   */
  static Finding rules(List<String> removal) {
    return removal.isEmpty()
        ? Topic.KUBE_PROXY.ok("no rules of kube-proxy")
        : Topic.KUBE_PROXY.found(
            Severity.WARNING,
            "left behind: " + String.join("; ", removal),
            "ferrule migrate --execute");
  }
}
