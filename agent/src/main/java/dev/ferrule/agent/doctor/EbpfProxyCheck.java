// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import java.io.IOException;
import java.util.List;

final class EbpfProxyCheck implements Check {

  @Override
  public Topic topic() {
    return Topic.EBPF_PROXY;
  }

  @Override
  public List<Finding> look(Host host) throws IOException {
    return List.of(judge(host.names("sys/class/net")));
  }

  static Finding judge(List<String> interfaces) {
    if (interfaces.contains("bpfin.cali")) {
      return Topic.EBPF_PROXY.found(
          Severity.WARNING, "interface bpfin.cali is there: Calico runs in eBPF mode");
    }
    return interfaces.contains("cilium_host")
        ? Topic.EBPF_PROXY.found(
            Severity.NOTE,
            "interface cilium_host is there: with kubeProxyReplacement Cilium serves Services"
                + " itself")
        : Topic.EBPF_PROXY.ok("no interface of Cilium or of Calico in eBPF mode");
  }
}
