// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.objects;

import dev.ferrule.agent.config.PortRange;
import dev.ferrule.rules.model.Protocol;
import dev.ferrule.rules.model.ServicePort;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads {@code spec.ports} of a Service. */
final class ServicePortsReader {

  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  private static final Pattern TARGET = Pattern.compile("(?=.*[a-z])[a-z0-9]([-a-z0-9]*[a-z0-9])?");
  private static final int MAX_TARGET = 15;

  private record PortNumber(Protocol protocol, int port) {}

  private final PortRange nodePorts;

  ServicePortsReader(PortRange nodePorts) {
    this.nodePorts = nodePorts;
  }

  List<ServicePort> read(Fields spec) {
    List<ServicePort> ports = new ArrayList<>();
    List<Fields> entries = spec.objects("ports");
    Set<String> names = new HashSet<>();
    Set<PortNumber> numbers = new HashSet<>();
    Set<PortNumber> taken = new HashSet<>();
    for (Fields entry : entries) {
      ServicePort port = port(entry);
      if (port.name().isEmpty() && entries.size() > 1) {
        throw entry.bad("name", "is missing; a Service with several ports needs names for them");
      }
      if (!names.add(port.name())) {
        throw entry.bad("name", "\"" + port.name() + "\" is the name of another port as well");
      }
      if (!numbers.add(new PortNumber(port.protocol(), port.port()))) {
        throw entry.bad("port", port.port() + "/" + port.protocol() + " is there twice");
      }
      if (port.nodePort() != 0 && !taken.add(new PortNumber(port.protocol(), port.nodePort()))) {
        throw entry.bad("nodePort", port.nodePort() + "/" + port.protocol() + " is there twice");
      }
      ports.add(port);
    }
    return ports;
  }

  private ServicePort port(Fields entry) {
    String name = entry.text("name", "");
    if (!name.isEmpty() && !NAME.matcher(name).matches()) {
      throw entry.bad(
          "name",
          "\"" + name + "\" is not a name; names are lower-case letters, digits and dashes");
    }
    Protocol protocol = entry.choice("protocol", Choices.PROTOCOLS, Protocol.TCP);
    if (!entry.has("port")) {
      throw entry.bad("port", "is missing");
    }
    int port = entry.port("port");
    int nodePort = entry.number("nodePort");
    if (nodePort != 0 && !nodePorts.contains(nodePort)) {
      throw notInRange(entry, "nodePort", nodePort, nodePorts);
    }
    return new ServicePort(name.intern(), protocol, port, target(entry, port), nodePort);
  }

  private static String target(Fields entry, int port) {
    // API clients write 0 where they mean that nothing was given.
    if (entry.isNumber("targetPort") && entry.number("targetPort") != 0) {
      return Integer.toString(entry.port("targetPort"));
    }
    String target = entry.isNumber("targetPort") ? "" : entry.text("targetPort", "");
    if (target.isEmpty()) {
      return Integer.toString(port);
    }
    if (target.length() > MAX_TARGET
        || target.contains("--")
        || !TARGET.matcher(target).matches()) {
      throw entry.bad(
          "targetPort",
          "\""
              + target
              + "\" is neither a number nor the name of a port (at most 15 lower-case letters,"
              + " digits and dashes)");
    }
    return target.intern();
  }

  static BadFieldException notInRange(Fields fields, String name, int port, PortRange range) {
    return fields.bad(name, port + " is not in " + range + "; choose another or leave it out");
  }
}
