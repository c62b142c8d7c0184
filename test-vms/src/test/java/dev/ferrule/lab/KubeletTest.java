// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kernel")
class KubeletTest {
  private static final String MANIFESTS =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: web}
      spec:
        nodeName: node2
        containers:
        - name: one
          ports:
          - {containerPort: 8080}
          - {containerPort: 53, protocol: UDP}
          - {containerPort: 9, protocol: SCTP}
        - name: two
          ports:
          - {containerPort: 8443}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: plain, namespace: other}
      spec:
        containers:
        - name: one
      """;

  @Test
  void aPodManifestBecomesARunningPod(@TempDir Path work) throws IOException {
    Path given = Files.createDirectory(work.resolve("given"));
    Path followed = Files.createDirectory(work.resolve("followed"));
    Files.writeString(given.resolve("all.yaml"), MANIFESTS);
    try (Lab lab = Lab.open(2);
        EchoServers servers = EchoServers.start()) {
      Kubelet kubelet = new Kubelet(lab, servers, new ManifestFolder(followed));
      kubelet.applyAll(given);
      LabPod web = kubelet.pod("web");
      LabPod plain = kubelet.pod("other/plain");
      assertThat(web.node().name()).isEqualTo("node2");
      try (Caller caller = Caller.in(plain.namespace())) {
        assertThat(caller.get(web.ipv4(), 8080).server()).isEqualTo("web");
        assertThat(caller.get(web.ipv6(), 8443).server()).isEqualTo("web");
        assertThat(caller.ask(web.ipv4(), 53).server()).isEqualTo("web");
        assertThat(caller.get(plain.ipv4(), 80).server()).isEqualTo("plain");
      }
      JsonNode told = only(followed, "pod.default.web.yaml");
      assertThat(told.at("/status/podIP").asText()).isEqualTo(web.ipv4());
      assertThat(told.at("/status/podIPs/1/ip").asText()).isEqualTo(web.ipv6());
      assertThat(told.at("/status/phase").asText()).isEqualTo("Running");
      assertThat(ready(followed)).isEqualTo("True");
      assertThat(only(followed, "service.default.web.yaml").at("/kind").asText())
          .isEqualTo("Service");
      assertThat(only(followed, "node.default.node2.yaml").at("/spec/podCIDR").asText())
          .isEqualTo("10.244.2.0/24");

      kubelet.setReady("web", false);
      assertThat(ready(followed)).isEqualTo("False");
      kubelet.terminate("web");
      assertThat(only(followed, "pod.default.web.yaml").at("/metadata/deletionTimestamp").asText())
          .endsWith("Z");
      kubelet.remove("web");
      assertThat(names(followed))
          .containsExactly(
              "node.default.node1.yaml",
              "node.default.node2.yaml",
              "pod.other.plain.yaml",
              "service.default.web.yaml");
      assertThat(lab.pods()).containsExactly(plain);
    }
  }

  private static String ready(Path folder) {
    JsonNode condition = only(folder, "pod.default.web.yaml").at("/status/conditions/0");
    assertThat(condition.path("type").asText()).isEqualTo("Ready");
    return condition.path("status").asText();
  }

  private static JsonNode only(Path folder, String file) {
    List<JsonNode> objects = ManifestFolder.read(folder.resolve(file));
    assertThat(objects).hasSize(1);
    return objects.get(0);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }
}
