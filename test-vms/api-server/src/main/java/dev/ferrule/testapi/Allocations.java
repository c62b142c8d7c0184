// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Cluster addresses and node ports in use, and the next ones: 10.96.0.0/12, fd00:10:96::/112,
 * 30000-32767. As in the API server, those given out do not come from the lower part of a range,
 * which is for those who choose; unlike there, they come in order.
 */
final class Allocations {

  static final int FIRST_NODE_PORT = 30_000;
  static final int LAST_NODE_PORT = 32_767;

  private static final int FIRST_ADDRESS = 256;
  private static final int LAST_IPV4 = (1 << 20) - 2;
  private static final int LAST_IPV6 = (1 << 16) - 1;
  private static final int FIRST_FREE_NODE_PORT = 30_086;

  private final Map<String, String> addresses = new HashMap<>();
  private final Map<Integer, String> ports = new HashMap<>();
  private int nextIpv4 = FIRST_ADDRESS;
  private int nextIpv6 = FIRST_ADDRESS;
  private int nextPort = FIRST_FREE_NODE_PORT;

  /** An address that nobody has. */
  String address(String family) {
    boolean ipv6 = family.equals("IPv6");
    for (int i = 0; i <= (ipv6 ? LAST_IPV6 : LAST_IPV4); i++) {
      String address = ipv6 ? ipv6(nextIpv6) : ipv4(nextIpv4);
      nextIpv4 = ipv6 ? nextIpv4 : nextIpv4 == LAST_IPV4 ? FIRST_ADDRESS : nextIpv4 + 1;
      nextIpv6 = !ipv6 ? nextIpv6 : nextIpv6 == LAST_IPV6 ? FIRST_ADDRESS : nextIpv6 + 1;
      if (!addresses.containsKey(address)) {
        return address;
      }
    }
    throw new StatusError(500, "InternalError", "range is full");
  }

  private static String ipv4(int offset) {
    return "10." + (96 + (offset >> 16)) + "." + ((offset >> 8) & 0xff) + "." + (offset & 0xff);
  }

  private static String ipv6(int offset) {
    return "fd00:10:96::" + Integer.toHexString(offset);
  }

  /** A port that nobody has. */
  int port() {
    for (int i = FIRST_NODE_PORT; i <= LAST_NODE_PORT; i++) {
      int port = nextPort;
      nextPort = port == LAST_NODE_PORT ? FIRST_FREE_NODE_PORT : port + 1;
      if (!ports.containsKey(port)) {
        return port;
      }
    }
    throw new StatusError(500, "InternalError", "range is full");
  }

  /**
   * Refuses what another Service has already.
   *
   * @throws StatusError Invalid
   */
  void check(ObjectNode service) {
    String key = key(service);
    String name = service.at("/metadata/name").asText();
    for (String address : addressesOf(service)) {
      if (!addresses.getOrDefault(address, key).equals(key)) {
        throw StatusError.invalid(
            Resource.SERVICES,
            name,
            "spec.clusterIPs: Invalid value: [\"%s\"]: failed to allocate IP %s: provided IP is already allocated"
                .formatted(address, address));
      }
    }
    for (int port : portsOf(service)) {
      String cause =
          port < FIRST_NODE_PORT || port > LAST_NODE_PORT
              ? "provided port is not in the valid range. The range of valid ports is 30000-32767"
              : !ports.getOrDefault(port, key).equals(key)
                  ? "provided port is already allocated"
                  : "";
      if (!cause.isEmpty()) {
        throw StatusError.invalid(
            Resource.SERVICES,
            name,
            "spec.ports[0].nodePort: Invalid value: " + port + ": " + cause);
      }
    }
  }

  /** Gives back what a Service had and takes what it has. */
  void replace(@Nullable ObjectNode before, @Nullable ObjectNode after) {
    if (before != null) {
      addresses.keySet().removeAll(addressesOf(before));
      ports.keySet().removeAll(portsOf(before));
    }
    if (after != null) {
      String key = key(after);
      addressesOf(after).forEach(address -> addresses.put(address, key));
      portsOf(after).forEach(port -> ports.put(port, key));
    }
  }

  private static String key(ObjectNode service) {
    JsonNode metadata = service.path("metadata");
    return Stored.key(metadata.path("namespace").asText(), metadata.path("name").asText());
  }

  private static Set<String> addressesOf(ObjectNode service) {
    Set<String> found = new HashSet<>();
    if (service.at("/spec/clusterIPs") instanceof ArrayNode addresses) {
      addresses.forEach(address -> found.add(address.asText()));
    }
    found.remove("None");
    return found;
  }

  private static Set<Integer> portsOf(ObjectNode service) {
    Set<Integer> found = new TreeSet<>();
    service.at("/spec/ports").forEach(port -> found.add(port.path("nodePort").asInt(0)));
    found.add(service.at("/spec/healthCheckNodePort").asInt(0));
    found.remove(0);
    return found;
  }
}
