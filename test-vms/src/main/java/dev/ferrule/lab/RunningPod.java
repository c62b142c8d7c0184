// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** A pod that the lab's kubelet has started: its place, its manifest with status, its servers. */
record RunningPod(LabPod place, ObjectNode manifest, List<EchoServers.Server> servers) {

  /** Writes the status that a kubelet reports for a pod in this state. */
  void report(boolean ready) {
    ObjectNode status = manifest.putObject("status");
    status.put("phase", "Running");
    status.put("hostIP", place.node().ipv4());
    status.put("podIP", place.ipv4());
    status.putArray("podIPs").addObject().put("ip", place.ipv4());
    status.withArray("podIPs").addObject().put("ip", place.ipv6());
    status
        .putArray("conditions")
        .addObject()
        .put("type", "Ready")
        .put("status", ready ? "True" : "False");
  }

  void stopServers() {
    servers.forEach(EchoServers.Server::close);
  }
}
