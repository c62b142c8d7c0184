// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A Pod, which is a unit of systemd on its node and a manifest that all nodes read.
 *
 * @param app what Services select it by
 * @param slot the last part of its addresses, 10 to 250
 */
public record FleetPod(String name, String app, FleetNode node, int slot, boolean ready) {

  static final int FIRST_SLOT = 10;
  static final int LAST_SLOT = 250;
  static final int PORT = 8080;

  private static final String APP = "app";

  public String ipv4() {
    return node.podIpv4(slot);
  }

  public String ipv6() {
    return node.podIpv6(slot);
  }

  FleetPod ready(boolean now) {
    return new FleetPod(name, app, node, slot, now);
  }

  String unit() {
    return "ferrule-pod@" + name;
  }

  /** Starts it on its node, to be started again at each boot; it answers when this returns. */
  void start() {
    node.vm()
        .write(
            "/etc/ferrule-pods/" + name,
            "IPV4=%s%nIPV6=%s%nPORT=%d".formatted(ipv4(), ipv6(), PORT));
    node.vm().must("systemctl --quiet enable " + unit() + "; systemctl restart " + unit());
  }

  /** Ends it, if its node is there to do so. */
  void stop() {
    node.vm()
        .run("systemctl disable --quiet --now " + unit() + "; rm -f /etc/ferrule-pods/" + name);
  }

  /** As the kubelet would have written it. */
  JsonNode manifest() {
    ObjectNode object =
        JsonNodeFactory.instance.objectNode().put("apiVersion", "v1").put("kind", "Pod");
    object.putObject("metadata").put("name", name).putObject("labels").put(APP, app);
    ObjectNode spec = object.putObject("spec").put("nodeName", node.name());
    ObjectNode container = spec.putArray("containers").addObject().put("name", "echo");
    container.putArray("ports").addObject().put("name", "echo").put("containerPort", PORT);
    ObjectNode status = object.putObject("status").put("phase", "Running").put("podIP", ipv4());
    status.putArray("podIPs").add(address(ipv4())).add(address(ipv6()));
    status
        .putArray("conditions")
        .addObject()
        .put("type", "Ready")
        .put("status", ready ? "True" : "False");
    return object;
  }

  private static ObjectNode address(String ip) {
    return JsonNodeFactory.instance.objectNode().put("ip", ip);
  }

  /** What {@link #manifest} wrote. */
  static FleetPod of(JsonNode manifest, FleetNode node) {
    String ip = manifest.path("status").path("podIP").asText();
    return new FleetPod(
        manifest.path("metadata").path("name").asText(),
        manifest.path("metadata").path("labels").path(APP).asText(),
        node,
        Integer.parseInt(ip.substring(ip.lastIndexOf('.') + 1)),
        manifest.path("status").path("conditions").path(0).path("status").asText().equals("True"));
  }
}
