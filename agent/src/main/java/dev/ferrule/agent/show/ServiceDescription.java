// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.show;

import dev.ferrule.rules.model.Balancing;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.Endpoint;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.Service;
import dev.ferrule.rules.model.ServicePort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The text of {@code describe service}. */
public final class ServiceDescription {

  private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
  private static final int GAP = 2;

  private record Line(String label, String value) {}

  private final List<Line> lines = new ArrayList<>();

  private ServiceDescription() {}

  /**
   * The description, one field a line.
   *
   * @param hashing whether the rules can hash clients
   */
  public static String of(ShownService shown, boolean hashing) {
    ServiceDescription description = new ServiceDescription();
    description.head(shown);
    description.addresses(shown);
    for (ServicePort port : shown.service().ports()) {
      description.port(shown, port);
    }
    description.policies(shown);
    description.balancing(shown, hashing);
    return description.text();
  }

  private void head(ShownService shown) {
    Service service = shown.service();
    line("Name", service.name().name());
    line("Namespace", service.name().namespace());
    lines("Labels", entries(shown.details().labels(), "="));
    Map<String, String> annotations = new TreeMap<>(shown.details().annotations());
    annotations.remove(LAST_APPLIED);
    lines("Annotations", entries(annotations, ": "));
    line("Selector", Words.labels(service.selector()));
    line("Type", service.type().text());
  }

  private void addresses(ShownService shown) {
    Service service = shown.service();
    if (!shown.familyPolicy().isEmpty()) {
      line("IP Family Policy", shown.familyPolicy());
    }
    line("IP Families", Words.orNone(joined(shown.families().stream().map(IpFamily::text))));
    line("IP", shown.clusterIps().stream().findFirst().orElse(""));
    line("IPs", Words.orNone(String.join(",", shown.clusterIps())));
    if (!service.externalIps().isEmpty()) {
      line("External IPs", joined(service.externalIps().stream().map(IpAddress::toString)));
    }
    String balancers =
        joined(
            Stream.concat(
                service.loadBalancerAddresses().stream()
                    .map(
                        balancer ->
                            balancer.address() + (balancer.proxied() ? " (Proxy)" : " (VIP)")),
                shown.details().balancerHostnames().stream()));
    if (!balancers.isEmpty()) {
      line("LoadBalancer Ingress", balancers.replace(",", ", "));
    }
    if (shown.isExternalName()) {
      line("External Name", shown.details().externalName());
    }
  }

  private void port(ShownService shown, ServicePort port) {
    String name = port.name().isEmpty() ? "<unset>" : port.name();
    line("Port", name + "  " + port.port() + "/" + port.protocol());
    line("TargetPort", port.targetPort() + "/" + port.protocol());
    if (port.nodePort() != 0) {
      line("NodePort", name + "  " + port.nodePort() + "/" + port.protocol());
    }
    line(
        "Endpoints",
        EndpointList.of(shown.slices(), candidate -> candidate.name().equals(port.name())));
  }

  private void policies(ShownService shown) {
    Service service = shown.service();
    line("Session Affinity", service.affinitySeconds() == 0 ? "None" : "ClientIP");
    if (shown.hasExternalPolicy()) {
      line("External Traffic Policy", service.externalTrafficPolicy().text());
    }
    if (!shown.isExternalName()) {
      line("Internal Traffic Policy", service.internalTrafficPolicy().text());
    }
    if (service.healthCheckNodePort() != 0) {
      line("HealthCheck NodePort", Integer.toString(service.healthCheckNodePort()));
    }
    if (!service.loadBalancerSourceRanges().isEmpty()) {
      line(
          "LoadBalancer Source Ranges",
          joined(service.loadBalancerSourceRanges().stream().map(Cidr::toString)));
    }
  }

  /** Nothing for a Service that spreads its connections as Kubernetes says. */
  private void balancing(ShownService shown, boolean hashing) {
    Balancing balancing = shown.service().balancing();
    if (balancing.hashSlots() > 0) {
      line(
          "Balancing",
          hashing
              ? "source-hash, " + balancing.hashSlots() + " slots"
              : "random (source-hash is not in mode iptables)");
    }
    String weights =
        shown.slices().stream()
            .flatMap(slice -> slice.endpoints().stream())
            .filter(endpoint -> balancing.weightOf(endpoint) != Endpoint.DEFAULT_WEIGHT)
            .map(endpoint -> endpoint.address() + "=" + balancing.weightOf(endpoint))
            .distinct()
            .sorted()
            .collect(Collectors.joining(", "));
    if (!weights.isEmpty()) {
      line("Weights", weights);
    }
  }

  private static String joined(Stream<String> texts) {
    return texts.collect(Collectors.joining(","));
  }

  private static List<String> entries(Map<String, String> map, String separator) {
    return new TreeMap<>(map)
        .entrySet().stream()
            .map(
                entry ->
                    entry.getKey() + separator + entry.getValue().strip().replace("\n", "\n  "))
            .flatMap(String::lines)
            .toList();
  }

  private void line(String label, String value) {
    lines.add(new Line(label + ":", Words.harmless(value)));
  }

  private void lines(String label, List<String> values) {
    line(label, values.isEmpty() ? Words.NONE : values.get(0));
    values.stream().skip(1).forEach(value -> lines.add(new Line("", Words.harmless(value))));
  }

  private String text() {
    int width = lines.stream().mapToInt(line -> line.label.length()).max().orElse(0) + GAP;
    return lines.stream()
        .map(
            line ->
                (line.label + " ".repeat(width - line.label.length()) + line.value).stripTrailing())
        .collect(Collectors.joining("\n", "", "\n"));
  }
}
