// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

/** Objects as somebody would write them. */
final class Texts {

  private Texts() {}

  static String service(String name, int port) {
    return "{apiVersion: v1, kind: Service, metadata: {name: %s}, spec: {ports: [{port: %d}]}}"
        .formatted(name, port);
  }

  static String slice(String name, String service, String... addresses) {
    return """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: %s, labels: {kubernetes.io/service-name: %s}}
        addressType: IPv4
        ports: [{name: "", protocol: TCP, port: 8080}]
        endpoints: [{addresses: [%s]}]
        """
        .formatted(name, service, String.join("]}, {addresses: [", addresses));
  }

  static String node(String name, String zone, String podCidr) {
    return """
        apiVersion: v1
        kind: Node
        metadata: {name: %s, labels: {topology.kubernetes.io/zone: %s}}
        spec: {podCIDR: %s, podCIDRs: [%s]}
        status: {addresses: [{type: InternalIP, address: 192.0.2.10}]}
        """
        .formatted(name, zone, podCidr, podCidr);
  }
}
