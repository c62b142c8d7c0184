// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import dev.ferrule.agent.objects.PodManifest;
import dev.ferrule.agent.objects.ServiceManifest;
import dev.ferrule.rules.model.Endpoint;
import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.ServicePort;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Makes the slices of a Service from its Pods, as the endpoint slice controller of a cluster does:
 * one for each family and each set of port numbers, since Pods may number a named port differently.
 */
final class PodSlices {

  private static final Comparator<List<EndpointSlice.Port>> BY_PORTS =
      Comparator.comparing(List::toString);

  private PodSlices() {}

  static List<EndpointSlice> of(
      ServiceManifest service, List<IpFamily> families, List<PodManifest> pods) {
    List<EndpointSlice> slices = new ArrayList<>();
    for (IpFamily family : families) {
      Map<List<EndpointSlice.Port>, List<Endpoint>> byPorts = new TreeMap<>(BY_PORTS);
      for (PodManifest pod : pods) {
        List<EndpointSlice.Port> ports = ports(service, pod);
        for (IpAddress address : pod.addresses()) {
          if (address.family() == family && !ports.isEmpty()) {
            byPorts
                .computeIfAbsent(ports, key -> new ArrayList<>())
                .add(endpoint(service, pod, address));
          }
        }
      }
      byPorts.forEach(
          (ports, endpoints) -> {
            String name =
                service.name().name()
                    + "-"
                    + family.text().toLowerCase(Locale.ROOT)
                    + "-"
                    + (slices.size() + 1);
            slices.add(
                new EndpointSlice(
                    new ObjectName(service.name().namespace(), name),
                    service.name(),
                    family,
                    ports,
                    endpoints));
          });
    }
    return slices;
  }

  /** The ports of the Service that the Pod has. */
  private static List<EndpointSlice.Port> ports(ServiceManifest service, PodManifest pod) {
    List<EndpointSlice.Port> ports = new ArrayList<>();
    for (ServicePort port : service.written().ports()) {
      int number = target(port, pod);
      if (number != 0) {
        ports.add(new EndpointSlice.Port(port.name(), port.protocol(), number));
      }
    }
    return List.copyOf(ports);
  }

  /** The number behind targetPort, or 0 if no container of the Pod has a port of that name. */
  private static int target(ServicePort port, PodManifest pod) {
    String target = port.targetPort();
    if (target.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Integer.parseInt(target);
    }
    return pod.ports().stream()
        .filter(named -> named.name().equals(target) && named.protocol() == port.protocol())
        .mapToInt(PodManifest.NamedPort::port)
        .findFirst()
        .orElse(0);
  }

  private static Endpoint endpoint(ServiceManifest service, PodManifest pod, IpAddress address) {
    return new Endpoint(
        address,
        service.publishNotReady() || (pod.ready() && !pod.terminating()),
        pod.ready(),
        pod.terminating(),
        pod.nodeName(),
        Set.of(),
        Set.of(),
        pod.weight());
  }
}
