// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.Protocol;
import dev.ferrule.rules.model.Service;
import dev.ferrule.rules.model.ServicePort;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The node ports that manifests ask for. */
final class NodePortClaims {

  private final Claims<NodePort> claims = new Claims<>();
  private final Map<ObjectName, List<NodePort>> byService = new HashMap<>();

  /** Takes up the claims of a Service; returns the ports. */
  Collection<NodePort> add(Service written) {
    List<NodePort> ports = new ArrayList<>();
    for (ServicePort port : written.ports()) {
      if (port.nodePort() != 0) {
        ports.add(new NodePort(port.protocol(), port.nodePort()));
      }
    }
    if (written.healthCheckNodePort() != 0) {
      ports.add(new NodePort(Protocol.TCP, written.healthCheckNodePort()));
    }
    if (!ports.isEmpty()) {
      ports.forEach(port -> claims.add(port, written.name()));
      byService.put(written.name(), List.copyOf(ports));
    }
    return ports;
  }

  /** Drops the claims of a Service; returns the ports. */
  Collection<NodePort> remove(ObjectName name) {
    List<NodePort> ports = byService.remove(name);
    if (ports == null) {
      return List.of();
    }
    ports.forEach(port -> claims.remove(port, name));
    return ports;
  }

  List<ObjectName> of(NodePort port) {
    return claims.of(port);
  }

  boolean has(NodePort port) {
    return claims.has(port);
  }

  /** Who has the port among those that ask for it. */
  @Nullable ObjectName winner(NodePort port, Comparator<ObjectName> seniority) {
    return claims.of(port).stream().min(seniority).orElse(null);
  }
}
