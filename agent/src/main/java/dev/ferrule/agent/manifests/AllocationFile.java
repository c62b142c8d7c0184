// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ferrule.agent.objects.BadFieldException;
import dev.ferrule.agent.objects.Fields;
import dev.ferrule.agent.source.StateFile;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.Protocol;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The file that remembers from one run to the next what Services were given. */
final class AllocationFile {

  private static final int VERSION = 1;
  private static final String SERVICES = "services";
  private static final String CLUSTER_IPS = "clusterIPs";
  private static final String BALANCERS = "loadBalancerIPs";
  private static final String NODE_PORTS = "nodePorts";

  private final Path path;
  private final ObjectMapper mapper = new ObjectMapper();

  AllocationFile(Path path) {
    this.path = path;
  }

  /**
   * Reads the file, if there is one, into what is remembered.
   *
   * @throws BadFieldException if the file is not ours or damaged
   */
  void read(Grants grants) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    JsonNode root = mapper.readTree(path.toFile());
    if (root.path("version").asInt() != VERSION || !root.path(SERVICES).isObject()) {
      throw new BadFieldException("version", "is not " + VERSION);
    }
    Fields services = Fields.of(root).object(SERVICES);
    for (Map.Entry<String, JsonNode> entry : root.path(SERVICES).properties()) {
      Fields service = services.object(entry.getKey());
      ObjectName name = name(entry.getKey());
      grants.clusterIps().remember(name, service.addresses(CLUSTER_IPS));
      grants.balancers().remember(name, service.addresses(BALANCERS));
      Map<PortUse, Integer> ports = new HashMap<>();
      Fields numbers = service.object(NODE_PORTS);
      for (String use : List.copyOf(numbers.names())) {
        ports.put(use(use), numbers.port(use));
      }
      grants.ports().remember(name, ports);
    }
  }

  /** Writes the file anew in one step: a reader finds the old one or the new one, never half. */
  void write(Map<ObjectName, ServiceGrant> services) throws IOException {
    StateFile.replace(path, out -> write(out, new TreeMap<>(services)));
  }

  private void write(OutputStream out, Map<ObjectName, ServiceGrant> services) throws IOException {
    JsonGenerator json = mapper.getFactory().createGenerator(out);
    json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    json.setPrettyPrinter(new DefaultPrettyPrinter());
    json.writeStartObject();
    json.writeNumberField("version", VERSION);
    json.writeObjectFieldStart(SERVICES);
    for (Map.Entry<ObjectName, ServiceGrant> entry : services.entrySet()) {
      json.writeObjectFieldStart(entry.getKey().toString());
      write(json, CLUSTER_IPS, entry.getValue().clusterIps());
      write(json, BALANCERS, entry.getValue().balancers());
      if (!entry.getValue().ports().isEmpty()) {
        json.writeObjectFieldStart(NODE_PORTS);
        Map<String, Integer> ports = new TreeMap<>();
        entry.getValue().ports().forEach((use, number) -> ports.put(use.toString(), number));
        for (Map.Entry<String, Integer> port : ports.entrySet()) {
          json.writeNumberField(port.getKey(), port.getValue());
        }
        json.writeEndObject();
      }
      json.writeEndObject();
    }
    json.writeEndObject();
    json.writeEndObject();
    json.writeRaw('\n');
    json.close();
  }

  private static void write(JsonGenerator json, String field, List<IpAddress> addresses)
      throws IOException {
    if (!addresses.isEmpty()) {
      json.writeArrayFieldStart(field);
      for (IpAddress address : addresses) {
        json.writeString(address.toString());
      }
      json.writeEndArray();
    }
  }

  private static ObjectName name(String text) {
    int slash = text.indexOf('/');
    if (slash < 1 || slash == text.length() - 1) {
      throw new BadFieldException(SERVICES, "\"" + text + "\" is not namespace/name");
    }
    return new ObjectName(text.substring(0, slash).intern(), text.substring(slash + 1));
  }

  private static PortUse use(String text) {
    for (Protocol protocol : Protocol.values()) {
      String prefix = protocol + "/";
      String number = text.startsWith(prefix) ? text.substring(prefix.length()) : "";
      if (number.matches("[0-9]{1,5}")) {
        return new PortUse(protocol, Integer.parseInt(number));
      }
    }
    throw new BadFieldException(NODE_PORTS, "\"" + text + "\" is not like TCP/80");
  }
}
