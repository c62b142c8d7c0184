// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import dev.ferrule.rules.compile.ForwardingTable;
import dev.ferrule.rules.compile.Frontend;
import dev.ferrule.rules.model.Protocol;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

final class NodePortsCheck implements Check {

  @Override
  public Topic topic() {
    return Topic.NODE_PORTS;
  }

  @Override
  public List<Finding> look(Host host) throws IOException {
    ForwardingTable forwarding = host.forwarding();
    if (forwarding == null) {
      return List.of();
    }
    Map<Integer, String> services = new TreeMap<>();
    for (Frontend frontend : forwarding.frontends()) {
      if (frontend.kind() == Frontend.Kind.NODE_PORT && frontend.key().protocol() == Protocol.TCP) {
        services.put(frontend.key().port(), frontend.owner().toString());
      }
    }
    Map<Integer, String> listeners = new TreeMap<>();
    for (Map.Entry<Integer, String> port : ListeningPorts.read(host).entrySet()) {
      if (services.containsKey(port.getKey())) {
        HostProcess process = HostProcess.ofSocket(host, port.getValue());
        listeners.put(port.getKey(), process == null ? "some program" : process.toString());
      }
    }
    return judge(services, listeners);
  }

  /**
   * @param services by node port
   * @param listeners by port
   */
  static List<Finding> judge(Map<Integer, String> services, Map<Integer, String> listeners) {
    List<Finding> findings = new ArrayList<>();
    listeners.forEach(
        (port, who) -> {
          String service = services.get(port);
          if (service != null) {
            findings.add(
                Topic.NODE_PORTS.found(
                    Severity.WARNING,
                    who
                        + " listens on port "
                        + port
                        + ", the node port of Service "
                        + service
                        + ": connections from outside go to the Service"));
          }
        });
    return findings.isEmpty()
        ? List.of(Topic.NODE_PORTS.ok("nobody listens on the " + services.size() + " node ports"))
        : findings;
  }
}
