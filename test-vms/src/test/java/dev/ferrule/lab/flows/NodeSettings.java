// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The node and the agent's settings that a scenario's facts hold under. The first of the {@code
 * interfaces} has the node's addresses; each of them is a cable to the peer, or a bridge with one
 * in it if it is the {@code podBridge}.
 */
record NodeSettings(
    String name,
    String zone,
    List<String> ips,
    List<String> primaryIps,
    List<String> interfaces,
    String detectLocalMode,
    List<String> clusterCidrs,
    String podBridge,
    String podInterfacePrefix,
    List<String> nodePortAddresses,
    boolean masqueradeAll,
    boolean localhostNodePorts,
    List<String> serviceCidrs) {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  static NodeSettings of(JsonNode node) {
    List<String> ips = Scenario.texts(node.path("ips"));
    List<String> primary = Scenario.texts(node.path("primaryIPs"));
    List<String> interfaces = Scenario.texts(node.path("interfaces"));
    JsonNode detect = node.path("detectLocal");
    return new NodeSettings(
        node.path("name").asText(),
        node.path("zone").asText("").replace("null", ""),
        ips,
        primary.isEmpty() ? ips : primary,
        interfaces.isEmpty() ? List.of("eth0") : interfaces,
        detect.path("mode").asText(""),
        Scenario.texts(detect.path("clusterCIDRs")),
        detect.path("bridgeInterface").asText(""),
        detect.path("interfaceNamePrefix").asText(""),
        Scenario.texts(node.path("nodePortAddresses")),
        node.path("masqueradeAll").asBoolean(),
        node.path("localhostNodePorts").asBoolean(),
        Scenario.texts(node.path("serviceCIDRs")));
  }

  /** The file that the agent is configured with; what it must remember goes to {@code state}. */
  ObjectNode configuration(RuleTarget target, Path state) {
    ObjectNode config = JSON.objectNode();
    config.put("apiVersion", "kubeproxy.config.k8s.io/v1alpha1");
    config.put("kind", "KubeProxyConfiguration");
    config.put("mode", target.mode());
    config.put("hostnameOverride", name);
    if (!nodePortAddresses.isEmpty()) {
      nodePortAddresses.forEach(config.putArray("nodePortAddresses")::add);
    }
    if (!detectLocalMode.isEmpty()) {
      config.put("detectLocalMode", detectLocalMode);
    }
    if (!clusterCidrs.isEmpty()) {
      config.put("clusterCIDR", String.join(",", clusterCidrs));
    }
    ObjectNode detectLocal = JSON.objectNode();
    if (!podBridge.isEmpty()) {
      detectLocal.put("bridgeInterface", podBridge);
    }
    if (!podInterfacePrefix.isEmpty()) {
      detectLocal.put("interfaceNamePrefix", podInterfacePrefix);
    }
    if (!detectLocal.isEmpty()) {
      config.set("detectLocal", detectLocal);
    }
    config
        .putObject("iptables")
        .put("masqueradeAll", masqueradeAll)
        .put("localhostNodePorts", localhostNodePorts);
    config.putObject("nftables").put("masqueradeAll", masqueradeAll);
    ObjectNode own =
        config
            .putObject("ferrule")
            .put("stateDirectory", state.toString())
            .put("controlSocket", "off");
    if (!target.variant().isEmpty()) {
      own.put("iptablesVariant", target.variant());
    }
    return config;
  }

  /**
   * What a cluster has by itself: the Node, and the range of ClusterIPs if the scenario has one.
   */
  List<JsonNode> objects() {
    List<JsonNode> objects = new ArrayList<>();
    ObjectNode node = object("v1", "Node", name);
    ObjectNode labels = ((ObjectNode) node.get("metadata")).putObject("labels");
    labels.put("kubernetes.io/hostname", name);
    if (!zone.isEmpty()) {
      labels.put("topology.kubernetes.io/zone", zone);
    }
    node.putObject("spec");
    node.set("status", addresses());
    objects.add(node);
    if (!serviceCidrs.isEmpty()) {
      ObjectNode range = object("networking.k8s.io/v1", "ServiceCIDR", "kubernetes");
      serviceCidrs.forEach(range.putObject("spec").putArray("cidrs")::add);
      range
          .putObject("status")
          .putArray("conditions")
          .addObject()
          .put("type", "Ready")
          .put("status", "True")
          .put("reason", "")
          .put("message", "")
          .put("lastTransitionTime", "2026-01-01T00:00:00Z");
      objects.add(range);
    }
    return objects;
  }

  private ObjectNode addresses() {
    ObjectNode status = JSON.objectNode();
    for (String address : primaryIps) {
      status.withArray("addresses").addObject().put("type", "InternalIP").put("address", address);
    }
    return status;
  }

  private static ObjectNode object(String version, String kind, String name) {
    ObjectNode object = JSON.objectNode().put("apiVersion", version).put("kind", kind);
    object.putObject("metadata").put("name", name);
    return object;
  }
}
