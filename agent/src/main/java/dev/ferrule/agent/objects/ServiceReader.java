// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.objects;

import dev.ferrule.agent.show.PackedDetails;
import dev.ferrule.agent.show.ServiceDetails;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.LoadBalancerAddress;
import dev.ferrule.rules.model.Service;
import dev.ferrule.rules.model.ServicePort;
import dev.ferrule.rules.model.ServiceType;
import dev.ferrule.rules.model.TrafficPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads Services and checks them as far as one Service can be checked alone. */
final class ServiceReader {

  /** Another proxy's. */
  static final String PROXY_LABEL = "service.kubernetes.io/service-proxy-name";

  /** kube-proxy does not even watch Services with these labels. */
  private static final List<String> UNWATCHED =
      List.of("service.kubernetes.io/headless", PROXY_LABEL);

  /** kubectl's own copy of the manifest: large, and of no use to anybody else. */
  private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

  private static final int DEFAULT_AFFINITY_SECONDS = 10_800;

  private final ReadingSettings settings;

  ServiceReader(ReadingSettings settings) {
    this.settings = settings;
  }

  ServiceManifest read(Metadata metadata, Fields object, Notices notices) {
    Fields spec = object.object("spec");
    ServiceType type = spec.choice("type", Choices.TYPES, ServiceType.CLUSTER_IP);
    ServiceIpFields ips = ServiceIpFields.read(spec, type);
    List<ServicePort> ports = new ServicePortsReader(settings.nodePorts()).read(spec);
    if (ports.isEmpty() && !ips.headless() && type != ServiceType.EXTERNAL_NAME) {
      throw spec.bad("ports", "is missing; a Service needs one port at least");
    }
    List<LoadBalancerAddress> balancers = balancerAddresses(object, notices);
    TrafficPolicy external =
        spec.choice("externalTrafficPolicy", Choices.TRAFFIC_POLICIES, TrafficPolicy.CLUSTER);
    Service written =
        new Service(
            metadata.name(),
            metadata.created(),
            type,
            ips.addresses(),
            ports,
            externalIps(spec),
            balancers,
            sourceRanges(spec, notices),
            spec.choice("internalTrafficPolicy", Choices.TRAFFIC_POLICIES, TrafficPolicy.CLUSTER),
            external,
            affinitySeconds(spec),
            healthCheckNodePort(spec, type == ServiceType.LOAD_BALANCER, external),
            spec.textsByName("selector"),
            Annotations.balancing(object, notices, settings.hashing()));
    boolean nodePorts =
        type == ServiceType.NODE_PORT
            || (type == ServiceType.LOAD_BALANCER
                && spec.flag("allocateLoadBalancerNodePorts", true));
    return new ServiceManifest(
        written,
        ips.families(),
        ips.policy(),
        ips.headless(),
        UNWATCHED.stream().anyMatch(metadata.labels()::containsKey),
        spec.flag("publishNotReadyAddresses", false),
        nodePorts,
        type == ServiceType.LOAD_BALANCER
            && object.object("status").object("loadBalancer").objects("ingress").isEmpty()
            && spec.text("loadBalancerClass", "").isEmpty(),
        details(metadata, object, type));
  }

  private @Nullable PackedDetails details(Metadata metadata, Fields object, ServiceType type) {
    String externalName = object.object("spec").text("externalName", "");
    if (type == ServiceType.EXTERNAL_NAME && externalName.isEmpty()) {
      throw object.object("spec").bad("externalName", "is missing");
    }
    if (!settings.keepDetails()) {
      return null;
    }
    List<String> hostnames =
        object.object("status").object("loadBalancer").objects("ingress").stream()
            .map(ingress -> ingress.text("hostname", ""))
            .filter(hostname -> !hostname.isEmpty())
            .toList();
    Map<String, String> annotations =
        new HashMap<>(object.object("metadata").textsByName("annotations"));
    annotations.remove(LAST_APPLIED);
    return PackedDetails.of(
        new ServiceDetails(
            metadata.labels(),
            annotations,
            externalName,
            object.object("spec").text("loadBalancerClass", ""),
            hostnames));
  }

  private static List<IpAddress> externalIps(Fields spec) {
    List<IpAddress> addresses = spec.addresses("externalIPs");
    addresses.forEach(address -> AddressRules.requireReachable(spec, "externalIPs", address));
    return addresses.stream().distinct().toList();
  }

  /** A faulty address is left out alone: what a load balancer writes breaks no ClusterIP. */
  private static List<LoadBalancerAddress> balancerAddresses(Fields object, Notices notices) {
    List<LoadBalancerAddress> addresses = new ArrayList<>();
    Set<IpAddress> seen = new HashSet<>();
    for (Fields ingress : object.object("status").object("loadBalancer").objects("ingress")) {
      try {
        boolean proxied = ingress.choice("ipMode", Choices.PROXY_IP_MODE, false);
        if (ingress.text("ip", "").isEmpty()) {
          continue;
        }
        IpAddress address = ingress.address("ip");
        if (seen.add(address)) {
          addresses.add(new LoadBalancerAddress(address, proxied));
        } else {
          notices.ignored(ingress.at("ip"), address + " is there twice; the first counts");
        }
      } catch (BadFieldException e) {
        notices.skipped(e.field(), e.reason());
      }
    }
    return addresses;
  }

  /** A faulty range refuses the whole Service: without it, others might be let in. */
  private static List<Cidr> sourceRanges(Fields spec, Notices notices) {
    List<Cidr> ranges = spec.ranges("loadBalancerSourceRanges");
    List<String> texts = spec.texts("loadBalancerSourceRanges");
    for (int i = 0; i < ranges.size(); i++) {
      String text = texts.get(i).strip();
      IpAddress written = IpAddress.parse(text.substring(0, text.indexOf('/')));
      if (!written.equals(ranges.get(i).address())) {
        notices.ignored(
            spec.at("loadBalancerSourceRanges", i),
            text + " has bits behind its prefix; it is taken as " + ranges.get(i));
      }
    }
    return ranges;
  }

  private static int affinitySeconds(Fields spec) {
    if (!spec.choice("sessionAffinity", Choices.CLIENT_IP_AFFINITY, false)) {
      return 0;
    }
    Fields clientIp = spec.object("sessionAffinityConfig").object("clientIP");
    int seconds = clientIp.number("timeoutSeconds");
    if (!clientIp.has("timeoutSeconds")) {
      return DEFAULT_AFFINITY_SECONDS;
    }
    if (seconds < 1 || seconds > Service.MAX_AFFINITY_SECONDS) {
      throw clientIp.bad(
          "timeoutSeconds", seconds + " is not in 1 to " + Service.MAX_AFFINITY_SECONDS);
    }
    return seconds;
  }

  private int healthCheckNodePort(Fields spec, boolean balanced, TrafficPolicy external) {
    int port = spec.number("healthCheckNodePort");
    if (port != 0 && !settings.nodePorts().contains(port)) {
      throw ServicePortsReader.notInRange(spec, "healthCheckNodePort", port, settings.nodePorts());
    }
    return balanced && external == TrafficPolicy.LOCAL ? port : 0;
  }
}
