// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.show;

import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.LoadBalancerAddress;
import dev.ferrule.rules.model.Service;
import dev.ferrule.rules.model.ServicePort;
import dev.ferrule.rules.model.ServiceType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A Service in the form of the API, fields in the order of their names as kubectl prints them. */
final class ServiceObject {

  private ServiceObject() {}

  static Map<String, Object> of(ShownService shown) {
    Service service = shown.service();
    Map<String, Object> object = new TreeMap<>();
    object.put("apiVersion", "v1");
    object.put("kind", "Service");
    object.put(
        "metadata",
        ApiMetadata.of(
            service.name(),
            service.created(),
            shown.details().labels(),
            shown.details().annotations()));
    object.put("spec", spec(shown));
    object.put("status", Map.of("loadBalancer", balancer(shown)));
    return object;
  }

  private static Map<String, Object> spec(ShownService shown) {
    Service service = shown.service();
    Map<String, Object> spec = new TreeMap<>();
    spec.put("type", service.type().text());
    if (!shown.clusterIps().isEmpty()) {
      spec.put("clusterIP", shown.clusterIps().get(0));
    }
    putIfAny(spec, "clusterIPs", shown.clusterIps());
    putIfAny(spec, "externalIPs", service.externalIps().stream().map(IpAddress::toString).toList());
    putIfAny(spec, "ipFamilies", shown.families().stream().map(IpFamily::text).toList());
    putIfAny(
        spec,
        "loadBalancerSourceRanges",
        service.loadBalancerSourceRanges().stream().map(Cidr::toString).toList());
    putIfAny(spec, "ipFamilyPolicy", shown.familyPolicy());
    putIfAny(spec, "externalName", shown.details().externalName());
    putIfAny(spec, "loadBalancerClass", shown.details().loadBalancerClass());
    putIfAny(spec, "ports", service.ports().stream().map(ServiceObject::port).toList());
    if (!service.selector().isEmpty()) {
      spec.put("selector", new TreeMap<>(service.selector()));
    }
    putAffinity(spec, service);
    if (shown.hasExternalPolicy()) {
      spec.put("externalTrafficPolicy", service.externalTrafficPolicy().text());
    }
    if (!shown.isExternalName()) {
      spec.put("internalTrafficPolicy", service.internalTrafficPolicy().text());
    }
    if (service.type() == ServiceType.LOAD_BALANCER) {
      spec.put("allocateLoadBalancerNodePorts", shown.allocateNodePorts());
    }
    if (service.healthCheckNodePort() != 0) {
      spec.put("healthCheckNodePort", service.healthCheckNodePort());
    }
    if (shown.publishNotReady()) {
      spec.put("publishNotReadyAddresses", true);
    }
    return spec;
  }

  private static void putAffinity(Map<String, Object> spec, Service service) {
    int seconds = service.affinitySeconds();
    spec.put("sessionAffinity", seconds == 0 ? "None" : "ClientIP");
    if (seconds != 0) {
      spec.put("sessionAffinityConfig", Map.of("clientIP", Map.of("timeoutSeconds", seconds)));
    }
  }

  private static Map<String, Object> port(ServicePort port) {
    Map<String, Object> object = new TreeMap<>();
    putIfAny(object, "name", port.name());
    object.put("port", port.port());
    object.put("protocol", port.protocol().name());
    object.put("targetPort", numberOrName(port.targetPort()));
    if (port.nodePort() != 0) {
      object.put("nodePort", port.nodePort());
    }
    return object;
  }

  private static Object numberOrName(String target) {
    boolean number = target.chars().allMatch(c -> c >= '0' && c <= '9');
    return number ? (Object) Integer.valueOf(target) : target;
  }

  private static Map<String, Object> balancer(ShownService shown) {
    List<Map<String, Object>> ingress = new ArrayList<>();
    for (LoadBalancerAddress balancer : shown.service().loadBalancerAddresses()) {
      Map<String, Object> entry = new TreeMap<>();
      entry.put("ip", balancer.address().toString());
      entry.put("ipMode", balancer.proxied() ? "Proxy" : "VIP");
      ingress.add(entry);
    }
    for (String hostname : shown.details().balancerHostnames()) {
      ingress.add(Map.of("hostname", hostname));
    }
    return ingress.isEmpty() ? Map.of() : Map.of("ingress", ingress);
  }

  private static void putIfAny(Map<String, Object> object, String field, Collection<?> values) {
    if (!values.isEmpty()) {
      object.put(field, values);
    }
  }

  private static void putIfAny(Map<String, Object> object, String field, String value) {
    if (!value.isEmpty()) {
      object.put(field, value);
    }
  }
}
