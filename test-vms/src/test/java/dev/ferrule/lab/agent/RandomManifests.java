// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Writes, changes and deletes manifests at random; few names, so that they meet often. */
final class RandomManifests {

  private static final int SERVICES = 5;
  private static final int PODS = 8;

  private final Path folder;
  private final Random random;

  RandomManifests(Path folder, long seed) {
    this.folder = folder;
    this.random = new Random(seed);
  }

  /** Changes one to three files and returns their names. */
  List<String> step() throws IOException {
    List<String> names = new ArrayList<>();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      names.add(
          switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> change("pod-" + random.nextInt(PODS), this::pod);
            case 4, 5 -> change("slice-" + random.nextInt(SERVICES), this::slice);
            case 6 -> change("node", name -> node());
            default -> change("svc-" + random.nextInt(SERVICES), this::service);
          });
    }
    return names;
  }

  private interface Text {
    String of(String name);
  }

  private String change(String name, Text text) throws IOException {
    Path file = folder.resolve(name + ".yaml");
    if (Files.exists(file) && random.nextInt(4) == 0) {
      Files.delete(file);
    } else {
      Path half = folder.resolve(name + ".tmp");
      Files.writeString(half, text.of(name));
      Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
    }
    return name + ".yaml";
  }

  private String service(String name) {
    int number = Integer.parseInt(name.substring(4));
    // Some claim the same address, some the same node port.
    String clusterIp = random.nextInt(8) == 0 ? "10.96.0.10" : "10.96.0." + (10 + number);
    return """
        apiVersion: v1
        kind: Service
        metadata: {name: %s}
        spec:
          type: %s
          clusterIP: %s
          clusterIPs: [%s]
          selector: {app: a%d}
          externalTrafficPolicy: %s
          internalTrafficPolicy: %s
          sessionAffinity: %s
          loadBalancerSourceRanges: [203.0.113.0/%d, 198.51.100.0/24]
          ports:
          - {name: http, port: 80, targetPort: %s, nodePort: %d}
          - {name: dns, protocol: UDP, port: 53, nodePort: %d}
        status:
          loadBalancer: {ingress: [{ip: 192.0.2.%d}]}
        """
        .formatted(
            name,
            random.nextBoolean() ? "NodePort" : "LoadBalancer",
            clusterIp,
            random.nextBoolean()
                ? clusterIp
                : clusterIp + ", \"fd00:10:96::" + (10 + number) + "\"",
            random.nextInt(3),
            random.nextBoolean() ? "Local" : "Cluster",
            random.nextBoolean() ? "Local" : "Cluster",
            random.nextBoolean() ? "ClientIP" : "None",
            24 + random.nextInt(8),
            random.nextBoolean() ? "web" : "8080",
            30_000 + random.nextInt(6),
            30_100 + number,
            random.nextInt(3));
  }

  private String pod(String name) {
    int number = Integer.parseInt(name.substring(4));
    return """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s, labels: {app: a%d}}
        spec:
          nodeName: %s
          containers: [{name: c, ports: [{name: web, containerPort: %d}]}]
        status:
          podIP: 10.244.1.%d
          podIPs: [{ip: 10.244.1.%d}, {ip: "fd00:10:244::%d"}]
          conditions: [{type: Ready, status: "%s"}]
        """
        .formatted(
            name,
            random.nextInt(3),
            random.nextBoolean() ? "node-1" : "node-2",
            8080 + random.nextInt(2),
            2 + number,
            2 + number,
            2 + number,
            random.nextInt(4) > 0 ? "True" : "False");
  }

  private String slice(String name) {
    return """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata:
          name: %s
          labels: {kubernetes.io/service-name: svc-%s}
        addressType: IPv4
        ports: [{name: http, port: 8080}, {name: dns, protocol: UDP, port: 53}]
        endpoints:
        - {addresses: [10.0.1.%d], nodeName: node-1}
        - {addresses: [10.0.2.%d], conditions: {ready: %b, serving: %b, terminating: %b}}
        """
        .formatted(
            name,
            name.substring(6),
            random.nextInt(5),
            random.nextInt(5),
            random.nextBoolean(),
            random.nextBoolean(),
            random.nextBoolean());
  }

  private String node() {
    return """
        apiVersion: v1
        kind: Node
        metadata: {name: node-1, labels: {topology.kubernetes.io/zone: zone-%d}}
        spec: {podCIDR: 10.244.1.0/24}
        status:
          addresses: [{type: InternalIP, address: 192.168.0.%d}, {type: InternalIP, address: "2001:db8::1"}]
        """
        .formatted(random.nextInt(2), 2 + random.nextInt(2));
  }
}
