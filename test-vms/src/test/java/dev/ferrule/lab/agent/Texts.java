// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import dev.ferrule.lab.LabPod;
import java.util.List;
import java.util.stream.Collectors;

/** Texts of the manifests that tests put into the folder. */
final class Texts {

  private Texts() {}

  /** A Service without selector, so that its endpoints are those of its slices. */
  static String service(String name, String clusterIp, String... moreOfSpec) {
    return service(name, List.of(clusterIp), moreOfSpec);
  }

  /** The same with addresses of both families. */
  static String service(String name, List<String> clusterIps, String... moreOfSpec) {
    return """
        apiVersion: v1
        kind: Service
        metadata: {name: %s}
        spec:
          clusterIP: "%s"
          clusterIPs: [%s]
          ports:
          - {name: tcp, port: 80, targetPort: %d}
          - {name: udp, port: 80, targetPort: %d, protocol: UDP}
        %s
        """
        .formatted(
            name,
            clusterIps.get(0),
            clusterIps.stream().map(ip -> '"' + ip + '"').collect(Collectors.joining(", ")),
            Cluster.POD_PORT,
            Cluster.POD_PORT,
            List.of(moreOfSpec).stream()
                .map(line -> "  " + line)
                .collect(Collectors.joining("\n")));
  }

  /** The endpoints of a Service in both families. */
  static String slices(String service, List<LabPod> pods) {
    return slice(service, "IPv4", pods.stream().map(LabPod::ipv4).toList())
        + "---\n"
        + slice(service, "IPv6", pods.stream().map(LabPod::ipv6).toList());
  }

  /** One slice with given addresses. */
  static String slice(String service, String type, List<String> addresses) {
    return """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: %s-%s, labels: {kubernetes.io/service-name: %s}}
        addressType: %s
        ports: [{name: tcp, port: %d}, {name: udp, port: %d, protocol: UDP}]
        endpoints: [%s]
        """
        .formatted(
            service,
            type.toLowerCase(java.util.Locale.ROOT),
            service,
            type,
            Cluster.POD_PORT,
            Cluster.POD_PORT,
            addresses.stream()
                .map(ip -> "{addresses: [\"" + ip + "\"], nodeName: node1}")
                .collect(Collectors.joining(", ")));
  }
}
