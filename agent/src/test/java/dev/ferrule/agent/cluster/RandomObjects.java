// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Objects as an API server would have them, at random: all of their addresses are written. */
final class RandomObjects {

  private RandomObjects() {}

  /** Of any of the four kinds. */
  static Arbitrary<ObjectNode> any() {
    return Arbitraries.oneOf(services(), services(), slices(), slices(), nodes(), cidrs())
        .map(RandomObjects::read);
  }

  private static ObjectNode read(String text) {
    try {
      return (ObjectNode) AnyCluster.YAML.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(text, e);
    }
  }

  private static Arbitrary<String> metadata(String... labels) {
    return Combinators.combine(
            Arbitraries.of("a", "b-1", "c"),
            Arbitraries.of("", ", creationTimestamp: \"2026-01-01T00:00:01Z\""),
            some(labels))
        .as(
            (name, created, label) ->
                "metadata: {namespace: default, name: %s%s, labels: {%s}"
                    .formatted(name, created, label));
  }

  private static Arbitrary<String> some(String... parts) {
    return Arbitraries.of(parts)
        .set()
        .ofMaxSize(parts.length)
        .map(chosen -> String.join(", ", inOrder(chosen, List.of(parts))));
  }

  private static List<String> inOrder(Set<String> chosen, List<String> order) {
    return order.stream().filter(chosen::contains).toList();
  }

  private static Arbitrary<String> services() {
    Arbitrary<String> annotations =
        some(
                "ferrule.dev/balancing: source-hash",
                "ferrule.dev/hash-slots: \"64\"",
                "ferrule.dev/weights: \"10.2.0.1=3,10.2.0.2=0\"")
            .map(text -> ", annotations: {" + text + "}");
    Arbitrary<String> addresses =
        Arbitraries.of(
            "clusterIP: 10.96.0.1",
            "clusterIPs: [10.96.0.2], ipFamilies: [IPv4], ipFamilyPolicy: PreferDualStack",
            "clusterIPs: [10.96.0.3, \"fd00:10:96::3\"], ipFamilies: [IPv4, IPv6],"
                + " ipFamilyPolicy: RequireDualStack",
            "clusterIPs: [\"fd00:10:96::4\"], ipFamilies: [IPv6], ipFamilyPolicy: SingleStack");
    Arbitrary<String> ports =
        Arbitraries.of(
            "ports: [{port: 80}]",
            "ports: [{name: a, port: 80, targetPort: http}, {name: b, port: 53, protocol: UDP,"
                + " targetPort: 5353}]",
            "ports: [{name: a, port: 80, nodePort: 30080}, {name: b, port: 80, protocol: SCTP,"
                + " nodePort: 30080}]");
    Arbitrary<String> rest =
        some(
            "externalIPs: [192.0.2.1, \"2001:db8::1\"]",
            "sessionAffinity: ClientIP",
            "internalTrafficPolicy: Local",
            "externalTrafficPolicy: Local",
            "loadBalancerSourceRanges: [198.51.100.0/24]",
            "healthCheckNodePort: 31000",
            "publishNotReadyAddresses: true",
            "allocateLoadBalancerNodePorts: false",
            "loadBalancerClass: theirs",
            "selector: {app: x, tier: \"y z\"}");
    Arbitrary<String> types = Arbitraries.of("ClusterIP", "NodePort", "LoadBalancer");
    Arbitrary<String> status =
        Arbitraries.of(
            "",
            ", status: {loadBalancer: {ingress: [{ip: 203.0.113.1}, {ip: \"2001:db8::9\", ipMode:"
                + " Proxy}]}}",
            ", status: {loadBalancer: {ingress: [{hostname: lb.example}]}}");
    Arbitrary<String> head =
        Combinators.combine(
                metadata("app: x", "service.kubernetes.io/service-proxy-name: other"), annotations)
            .as((metadata, annotation) -> metadata + annotation + "}");
    return Combinators.combine(head, types, addresses, ports, rest, status)
        .as(
            (first, type, address, port, more, last) ->
                "{apiVersion: v1, kind: Service, %s, spec: {type: %s, %s, %s%s}%s}"
                    .formatted(
                        first, type, address, port, more.isEmpty() ? "" : ", " + more, last));
  }

  private static Arbitrary<String> slices() {
    Arbitrary<String> endpoints =
        Combinators.combine(
                Arbitraries.integers().between(1, 250),
                some(
                    "conditions: {ready: false, serving: true, terminating: true}",
                    "nodeName: here",
                    "hints: {forZones: [{name: a}, {name: b}], forNodes: [{name: here}]}"))
            .as(
                (number, more) ->
                    "{addresses: [10.2.0.%d]%s}"
                        .formatted(number, more.isEmpty() ? "" : ", " + more));
    Arbitrary<String> ports =
        Arbitraries.of("{name: \"\", port: 8080}", "{name: a, port: 53, protocol: UDP}");
    Arbitrary<String> weights = Arbitraries.of("", ", annotations: {ferrule.dev/weight: \"5\"}");
    return Combinators.combine(
            metadata("kubernetes.io/service-name: a", "app: x"),
            weights,
            ports.list().ofMaxSize(2),
            endpoints.list().ofMaxSize(4))
        .as(
            (metadata, weight, port, endpoint) ->
                ("{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, %s%s}, addressType: IPv4,"
                        + " ports: [%s], endpoints: [%s]}")
                    .formatted(
                        metadata, weight, String.join(", ", port), String.join(", ", endpoint)));
  }

  private static Arbitrary<String> nodes() {
    return Combinators.combine(
            metadata("topology.kubernetes.io/zone: a"),
            some("podCIDRs: [10.1.0.0/24, \"fd00:1::/64\"]", "taints: [{key: x}]"),
            some(
                "{type: ExternalIP, address: 203.0.113.7}",
                "{type: InternalIP, address: 192.0.2.7}",
                "{type: InternalIP, address: \"2001:db8::7\"}"))
        .as(
            (metadata, spec, addresses) ->
                "{apiVersion: v1, kind: Node, %s}, spec: {%s}, status: {addresses: [%s]}}"
                    .formatted(metadata.replace("namespace: default, ", ""), spec, addresses));
  }

  private static Arbitrary<String> cidrs() {
    return Combinators.combine(
            metadata("app: x"),
            Arbitraries.of("10.96.0.0/12", "10.96.0.0/12, \"fd00:10:96::/112\""))
        .as(
            (metadata, ranges) ->
                "{apiVersion: networking.k8s.io/v1, kind: ServiceCIDR, %s}, spec: {cidrs: [%s]}}"
                    .formatted(metadata.replace("namespace: default, ", ""), ranges));
  }
}
