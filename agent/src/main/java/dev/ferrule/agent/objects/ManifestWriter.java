// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.objects;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ferrule.rules.model.Endpoint;
import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.LoadBalancerAddress;
import dev.ferrule.rules.model.NodeObject;
import dev.ferrule.rules.model.Service;
import dev.ferrule.rules.model.ServicePort;
import dev.ferrule.rules.model.ServiceType;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes objects in the form of the API, so that reading them again gives the same. What was not
 * kept of an object is not written.
 */
public final class ManifestWriter {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private ManifestWriter() {}

  /** The object; null if no traffic depends on it. */
  public static @Nullable ObjectNode write(Manifest manifest) {
    if (manifest instanceof ServiceManifest service) {
      return service.hasClusterIps() ? service(service) : null;
    }
    if (manifest instanceof SliceManifest slice) {
      return slice.slice() == null ? null : slice(slice, slice.slice());
    }
    if (manifest instanceof NodeManifest node) {
      return node(node);
    }
    if (manifest instanceof ServiceCidrManifest cidr) {
      ObjectNode object = object(cidr);
      texts(object.putObject("spec"), "cidrs", cidr.ranges());
      return object;
    }
    return null;
  }

  private static ObjectNode object(Manifest manifest) {
    ObjectNode object = NODES.objectNode();
    object.put("apiVersion", manifest.kind().apiVersion());
    object.put("kind", manifest.kind().text());
    ObjectNode metadata = object.putObject("metadata");
    metadata.put("name", manifest.name().name());
    if (manifest.kind().namespaced()) {
      metadata.put("namespace", manifest.name().namespace());
    }
    if (manifest.created() != Service.UNKNOWN_AGE) {
      metadata.put("creationTimestamp", Instant.ofEpochSecond(manifest.created()).toString());
    }
    return object;
  }

  private static ObjectNode service(ServiceManifest manifest) {
    Service service = manifest.written();
    ObjectNode object = object(manifest);
    if (manifest.foreign()) {
      object.withObjectProperty("metadata").putObject("labels").put(ServiceReader.PROXY_LABEL, "");
    }
    Map<String, String> annotations = Annotations.written(service.balancing());
    if (!annotations.isEmpty()) {
      texts(object.withObjectProperty("metadata"), "annotations", annotations);
    }
    ObjectNode spec = object.putObject("spec");
    spec.put("type", service.type().text());
    texts(spec, "clusterIPs", service.clusterIps());
    spec.put("ipFamilyPolicy", manifest.familyPolicy().text());
    texts(spec, "ipFamilies", manifest.families().stream().map(one -> one.text()).toList());
    ArrayNode ports = spec.putArray("ports");
    service.ports().forEach(port -> port(ports.addObject(), port));
    texts(spec, "externalIPs", service.externalIps());
    texts(spec, "loadBalancerSourceRanges", service.loadBalancerSourceRanges());
    spec.put("internalTrafficPolicy", service.internalTrafficPolicy().text());
    spec.put("externalTrafficPolicy", service.externalTrafficPolicy().text());
    if (service.affinitySeconds() > 0) {
      spec.put("sessionAffinity", "ClientIP");
      spec.putObject("sessionAffinityConfig")
          .putObject("clientIP")
          .put("timeoutSeconds", service.affinitySeconds());
    }
    if (service.healthCheckNodePort() != 0) {
      spec.put("healthCheckNodePort", service.healthCheckNodePort());
    }
    if (!service.selector().isEmpty()) {
      texts(spec, "selector", service.selector());
    }
    spec.put("publishNotReadyAddresses", manifest.publishNotReady());
    if (service.type() == ServiceType.LOAD_BALANCER) {
      spec.put("allocateLoadBalancerNodePorts", manifest.allocateNodePorts());
      balancer(object, manifest);
    }
    return object;
  }

  private static void port(ObjectNode object, ServicePort port) {
    if (!port.name().isEmpty()) {
      object.put("name", port.name());
    }
    object.put("protocol", port.protocol().name()).put("port", port.port());
    if (port.targetPort().chars().allMatch(c -> c >= '0' && c <= '9')) {
      object.put("targetPort", Integer.parseInt(port.targetPort()));
    } else {
      object.put("targetPort", port.targetPort());
    }
    if (port.nodePort() != 0) {
      object.put("nodePort", port.nodePort());
    }
  }

  private static void balancer(ObjectNode object, ServiceManifest manifest) {
    ArrayNode ingress = object.putObject("status").putObject("loadBalancer").putArray("ingress");
    for (LoadBalancerAddress address : manifest.written().loadBalancerAddresses()) {
      ingress
          .addObject()
          .put("ip", address.address().toString())
          .put("ipMode", address.proxied() ? "Proxy" : "VIP");
    }
    boolean onlyNames = ingress.isEmpty() && !manifest.allocateBalancer();
    if (onlyNames) {
      // An address may not be given to it: a class or a host name said so, which are not kept.
      object.withObjectProperty("spec").put("loadBalancerClass", "other");
    }
  }

  private static ObjectNode slice(SliceManifest manifest, EndpointSlice slice) {
    ObjectNode object = object(manifest);
    ObjectNode metadata = object.withObjectProperty("metadata");
    metadata.putObject("labels").put(SliceReader.SERVICE_LABEL, slice.service().name());
    slice.endpoints().stream()
        .map(Endpoint::weight)
        .filter(weight -> weight != Endpoint.DEFAULT_WEIGHT)
        .findFirst()
        .ifPresent(
            weight -> metadata.putObject("annotations").put(Annotations.WEIGHT, weight.toString()));
    object.put("addressType", slice.family().text());
    ArrayNode ports = object.putArray("ports");
    for (EndpointSlice.Port port : slice.ports()) {
      ports
          .addObject()
          .put("name", port.name())
          .put("protocol", port.protocol().name())
          .put("port", port.port());
    }
    ArrayNode endpoints = object.putArray("endpoints");
    slice.endpoints().forEach(endpoint -> endpoint(endpoints.addObject(), endpoint));
    return object;
  }

  private static void endpoint(ObjectNode object, Endpoint endpoint) {
    object.putArray("addresses").add(endpoint.address().toString());
    object
        .putObject("conditions")
        .put("ready", endpoint.ready())
        .put("serving", endpoint.serving())
        .put("terminating", endpoint.terminating());
    if (endpoint.nodeName() != null) {
      object.put("nodeName", endpoint.nodeName());
    }
    if (!endpoint.zoneHints().isEmpty() || !endpoint.nodeHints().isEmpty()) {
      ObjectNode hints = object.putObject("hints");
      names(hints, "forZones", endpoint.zoneHints());
      names(hints, "forNodes", endpoint.nodeHints());
    }
  }

  private static void names(ObjectNode hints, String field, Collection<String> names) {
    if (!names.isEmpty()) {
      ArrayNode list = hints.putArray(field);
      names.forEach(name -> list.addObject().put("name", name));
    }
  }

  private static ObjectNode node(NodeManifest manifest) {
    NodeObject node = manifest.node();
    ObjectNode object = object(manifest);
    if (node.zone() != null) {
      object
          .withObjectProperty("metadata")
          .putObject("labels")
          .put(NodeReader.ZONE_LABEL, node.zone());
    }
    ObjectNode spec = object.putObject("spec");
    texts(spec, "podCIDRs", node.podCidrs());
    if (node.leaving()) {
      spec.putArray("taints").addObject().put("key", NodeObject.TO_BE_DELETED);
    }
    ArrayNode addresses = object.putObject("status").putArray("addresses");
    for (IpAddress address : node.primaryAddresses()) {
      addresses.addObject().put("type", "InternalIP").put("address", address.toString());
    }
    return object;
  }

  private static void texts(ObjectNode object, String field, Map<String, String> texts) {
    ObjectNode inner = object.putObject(field);
    texts.forEach(inner::put);
  }

  private static void texts(ObjectNode object, String field, Collection<?> values) {
    if (!values.isEmpty()) {
      ArrayNode list = object.putArray(field);
      values.stream().map(Object::toString).forEach(list::add);
    }
  }
}
