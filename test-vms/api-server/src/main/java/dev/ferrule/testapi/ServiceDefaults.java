// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Completes a Service as the API server of a cluster with both families does, IPv4 being the first:
 * pkg/apis/core/v1/defaults.go and pkg/registry/core/service of Kubernetes.
 */
final class ServiceDefaults {

  private static final Set<String> WITH_NODE_PORTS = Set.of("NodePort", "LoadBalancer");
  private static final int CLIENT_IP_SECONDS = 10_800;

  private final Allocations allocations;
  private final ObjectNode service;
  private final ObjectNode spec;
  private final JsonNode old;
  private final String type;

  private ServiceDefaults(Allocations allocations, ObjectNode service, @Nullable ObjectNode old) {
    this.allocations = allocations;
    this.service = service;
    this.spec = service.withObject("/spec");
    this.old = old == null ? Json.object() : old.path("spec");
    fill(spec, "type", "ClusterIP");
    this.type = spec.path("type").asText();
  }

  /**
   * Fills in what is missing, from the old one where there is one, and checks what is written.
   *
   * @throws StatusError Invalid if the API server would refuse it
   */
  static void complete(Allocations allocations, ObjectNode service, @Nullable ObjectNode old) {
    ServiceDefaults defaults = new ServiceDefaults(allocations, service, old);
    defaults.plainFields();
    defaults.addresses();
    allocations.check(service);
    defaults.nodePorts();
  }

  private void plainFields() {
    fill(spec, "sessionAffinity", "None");
    if (spec.path("sessionAffinity").asText().equals("ClientIP")) {
      ObjectNode clientIp = spec.withObject("/sessionAffinityConfig/clientIP");
      if (!clientIp.has("timeoutSeconds")) {
        clientIp.put("timeoutSeconds", CLIENT_IP_SECONDS);
      }
    }
    if (type.equals("ExternalName")) {
      return;
    }
    fill(spec, "internalTrafficPolicy", "Cluster");
    if (WITH_NODE_PORTS.contains(type) || !spec.path("externalIPs").isEmpty()) {
      fill(spec, "externalTrafficPolicy", "Cluster");
    } else {
      spec.remove("externalTrafficPolicy");
    }
    if (type.equals("LoadBalancer") && !spec.has("allocateLoadBalancerNodePorts")) {
      spec.put("allocateLoadBalancerNodePorts", true);
    }
    if (spec.path("ports").isEmpty() && !headless()) {
      throw invalid("spec.ports: Required value");
    }
    for (JsonNode each : spec.path("ports")) {
      ObjectNode port = (ObjectNode) each;
      if (port.path("port").asInt() < 1 || port.path("port").asInt() > 65_535) {
        throw invalid(
            "spec.ports[0].port: Invalid value: "
                + port.path("port")
                + ": must be between 1 and 65535, inclusive");
      }
      fill(port, "protocol", "TCP");
      if (!port.has("targetPort") || port.path("targetPort").asText().equals("0")) {
        port.set("targetPort", port.get("port"));
      }
    }
  }

  private boolean headless() {
    return spec.path("clusterIP").asText().equals("None")
        || spec.at("/clusterIPs/0").asText().equals("None");
  }

  private void addresses() {
    if (type.equals("ExternalName")) {
      spec.remove(List.of("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"));
      return;
    }
    for (String field : List.of("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy")) {
      JsonNode written = spec.path(field);
      if (written.isContainerNode() ? written.isEmpty() : written.asText("").isEmpty()) {
        spec.remove(field);
        if (old.has(field)) {
          spec.set(field, old.get(field));
        }
      }
    }
    List<String> addresses = texts(spec.path("clusterIPs"));
    String first = spec.path("clusterIP").asText("");
    if (addresses.isEmpty() && !first.isEmpty()) {
      addresses.add(first);
    }
    String was = old.path("clusterIP").asText(first);
    if ((!addresses.isEmpty() && !addresses.get(0).equals(was))
        || (!first.isEmpty() && !first.equals(was))) {
      throw invalid(
          "spec.clusterIPs[0]: Invalid value: " + addresses + ": may not change once set");
    }
    List<String> families = families(addresses);
    while (addresses.size() > families.size()) {
      addresses.remove(addresses.size() - 1);
    }
    if (!headless()) {
      for (int i = addresses.size(); i < families.size(); i++) {
        addresses.add(allocations.address(families.get(i)));
      }
    } else {
      addresses = new ArrayList<>(List.of("None"));
    }
    spec.put("clusterIP", addresses.get(0));
    put("clusterIPs", addresses);
    put("ipFamilies", families);
  }

  /** Those wanted; sets the policy where it is not written. */
  private List<String> families(List<String> addresses) {
    List<String> families = texts(spec.path("ipFamilies"));
    for (int i = families.size(); i < addresses.size(); i++) {
      if (!addresses.get(i).equals("None")) {
        families.add(addresses.get(i).contains(":") ? "IPv6" : "IPv4");
      }
    }
    boolean withoutSelector = headless() && spec.path("selector").isEmpty();
    fill(
        spec,
        "ipFamilyPolicy",
        families.size() > 1 || withoutSelector ? "RequireDualStack" : "SingleStack");
    if (families.isEmpty()) {
      families.add("IPv4");
    }
    boolean single = spec.path("ipFamilyPolicy").asText().equals("SingleStack");
    if (!single && families.size() == 1) {
      families.add(families.get(0).equals("IPv4") ? "IPv6" : "IPv4");
    }
    return new ArrayList<>(single ? families.subList(0, 1) : families);
  }

  private void nodePorts() {
    boolean wanted =
        type.equals("NodePort")
            || (type.equals("LoadBalancer")
                && spec.path("allocateLoadBalancerNodePorts").asBoolean());
    Set<Integer> written = new HashSet<>();
    spec.path("ports").forEach(port -> written.add(port.path("nodePort").asInt()));
    // One number for a port of several protocols.
    Map<Integer, Integer> given = new HashMap<>();
    for (JsonNode each : spec.path("ports")) {
      ObjectNode port = (ObjectNode) each;
      int before = oldNodePort(port);
      int now = port.path("nodePort").asInt();
      if (!WITH_NODE_PORTS.contains(type)) {
        if (now != 0 && now != before) {
          throw invalid(
              "spec.ports[0].nodePort: Forbidden: may not be used when `type` is '" + type + "'");
        }
        port.remove("nodePort");
      } else if (wanted && now == 0) {
        int number = port.path("port").asInt();
        port.put(
            "nodePort",
            before != 0 ? before : given.computeIfAbsent(number, n -> otherThan(written)));
      }
    }
    boolean check =
        type.equals("LoadBalancer") && spec.path("externalTrafficPolicy").asText().equals("Local");
    if (!check) {
      spec.remove("healthCheckNodePort");
    } else if (spec.path("healthCheckNodePort").asInt() == 0) {
      int before = old.path("healthCheckNodePort").asInt();
      spec.put("healthCheckNodePort", before != 0 ? before : otherThan(written));
    }
  }

  private int otherThan(Set<Integer> written) {
    int port = allocations.port();
    return written.contains(port) ? otherThan(written) : port;
  }

  private int oldNodePort(ObjectNode port) {
    for (JsonNode candidate : old.path("ports")) {
      if (candidate.path("port").equals(port.path("port"))
          && candidate.path("protocol").equals(port.path("protocol"))) {
        return candidate.path("nodePort").asInt();
      }
    }
    return 0;
  }

  private static void fill(ObjectNode object, String field, String value) {
    if (object.path(field).asText("").isEmpty()) {
      object.put(field, value);
    }
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private void put(String field, List<String> values) {
    ArrayNode array = spec.putArray(field);
    values.forEach(array::add);
  }

  private StatusError invalid(String cause) {
    return StatusError.invalid(Resource.SERVICES, service.at("/metadata/name").asText(), cause);
  }
}
