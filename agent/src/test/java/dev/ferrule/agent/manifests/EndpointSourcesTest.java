// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.ferrule.agent.objects.Problem;
import dev.ferrule.rules.model.Endpoint;
import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.ObjectName;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the endpoints of a Service come from. */
class EndpointSourcesTest {

  private static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web}
      spec:
        selector: {app: web, tier: front}
        ports:
        - {name: http, port: 80, targetPort: http}
        - {name: fixed, port: 81, targetPort: 9000}
        - {name: same, port: 82}
      """;

  private static String pod(String name, String spec, String status) {
    return """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s, labels: {app: web, tier: front, extra: x}}
        spec: {%s}
        status: {%s}
        """
        .formatted(name, spec, status);
  }

  private static String httpAt(int port) {
    return "containers: [{name: c, ports: [{name: http, containerPort: " + port + "}]}]";
  }

  private static TestFolder web(Path directory) {
    return new TestFolder(directory).write("web.yaml", SERVICE);
  }

  @Test
  void podsNumberTheirNamedPortsThemselves(@TempDir Path directory) {
    TestFolder folder =
        web(directory)
            .write("p1.yaml", pod("p1", httpAt(8080), "podIP: 10.1.0.1"))
            .write("p2.yaml", pod("p2", httpAt(8081), "podIP: 10.1.0.2"))
            .write("p3.yaml", pod("p3", "containers: []", "podIP: 10.1.0.3"))
            .load();
    assertThat(folder.endpoints("web"))
        .containsExactly(
            "fixed=10.1.0.1:9000",
            "fixed=10.1.0.2:9000",
            "fixed=10.1.0.3:9000",
            "http=10.1.0.1:8080",
            "http=10.1.0.2:8081",
            "same=10.1.0.1:82",
            "same=10.1.0.2:82",
            "same=10.1.0.3:82");
    assertThat(folder.slices.get(new ObjectName("default", "web"))).hasSize(3);
  }

  @Test
  void namedPortMustHaveTheProtocolOfTheService(@TempDir Path directory) {
    String udp = "containers: [{name: c, ports: [{name: http, containerPort: 1, protocol: UDP}]}]";
    TestFolder folder = web(directory).write("p.yaml", pod("p", udp, "podIP: 10.1.0.1")).load();
    assertThat(folder.endpoints("web")).noneMatch(text -> text.startsWith("http"));
  }

  @Test
  void sidecarsHavePortsButOtherInitContainersHaveNot(@TempDir Path directory) {
    String sidecar =
        "initContainers: [{name: s, restartPolicy: Always, ports: [{name: http, containerPort:"
            + " 7000}]}]";
    TestFolder folder =
        web(directory)
            .write("a.yaml", pod("a", sidecar, "podIP: 10.1.0.1"))
            .write("b.yaml", pod("b", sidecar.replace("Always", "Never"), "podIP: 10.1.0.2"))
            .load();
    assertThat(folder.endpoints("web"))
        .contains("http=10.1.0.1:7000")
        .doesNotContain("http=10.1.0.2:7000");
  }

  @Test
  void everyLabelOfTheSelectorMustMatchInTheSameNamespace(@TempDir Path directory) {
    String pod = pod("p", httpAt(8080), "podIP: 10.1.0.1");
    TestFolder folder =
        web(directory)
            .write("a.yaml", pod.replace("tier: front", "tier: back"))
            .write("b.yaml", pod.replace("name: p,", "name: p, namespace: other,"))
            .load();
    assertThat(folder.slices).isEmpty();
    folder.write("a.yaml", pod).refresh("a.yaml");
    assertThat(folder.endpoints("web")).contains("http=10.1.0.1:8080");
    folder.write("a.yaml", pod.replace("app: web", "app: db")).refresh("a.yaml");
    assertThat(folder.slices).isEmpty();
  }

  @Test
  void selectorThatChangesFindsOtherPods(@TempDir Path directory) {
    TestFolder folder =
        web(directory).write("p.yaml", pod("p", httpAt(80), "podIP: 10.1.0.1")).load();
    folder.write("web.yaml", SERVICE.replace("tier: front", "tier: back")).refresh("web.yaml");
    assertThat(folder.slices).isEmpty();
    folder.write("web.yaml", SERVICE.replace("app: web, ", "")).refresh("web.yaml");
    assertThat(folder.endpoints("web")).contains("http=10.1.0.1:80");
  }

  private static Endpoint only(TestFolder folder) {
    return folder.slice("web").endpoints().get(0);
  }

  @Test
  void readinessFollowsThePod(@TempDir Path directory) {
    TestFolder folder = web(directory);
    String no = "podIP: 10.1.0.1, conditions: [{type: Ready, status: \"False\"}]";
    folder.write("p.yaml", pod("p", httpAt(80), "podIP: 10.1.0.1")).load();
    assertThat(only(folder).ready()).as("no conditions").isTrue();
    folder.write("p.yaml", pod("p", httpAt(80), no)).refresh("p.yaml");
    assertThat(only(folder).ready()).as("Ready is False").isFalse();
    assertThat(only(folder).serving()).isFalse();
    folder.write("p.yaml", pod("p", httpAt(80), no.replace("False", "True"))).refresh("p.yaml");
    assertThat(only(folder).ready()).as("Ready is True").isTrue();
    folder.write("p.yaml", pod("p", httpAt(80), no.replace("Ready", "Other"))).refresh("p.yaml");
    assertThat(only(folder).ready()).as("conditions without Ready").isFalse();
    folder
        .write("web.yaml", SERVICE.replace("spec:", "spec:\n  publishNotReadyAddresses: true"))
        .refresh("web.yaml");
    assertThat(only(folder).ready()).as("publishNotReadyAddresses").isTrue();
    assertThat(only(folder).serving()).isFalse();
  }

  @Test
  void podThatIsBeingDeletedIsTerminating(@TempDir Path directory) {
    String pod =
        pod("p", httpAt(80), "podIP: 10.1.0.1")
            .replace("name: p,", "name: p, deletionTimestamp: \"2026-01-01T00:00:00Z\",");
    Endpoint endpoint = only(web(directory).write("p.yaml", pod).load());
    assertThat(endpoint.ready()).isFalse();
    assertThat(endpoint.serving()).isTrue();
    assertThat(endpoint.terminating()).isTrue();
  }

  @Test
  void finishedPodsAndPodsWithoutAddressAreNoEndpoints(@TempDir Path directory) {
    TestFolder folder =
        web(directory)
            .write("a.yaml", pod("a", httpAt(80), "podIP: 10.1.0.1, phase: Succeeded"))
            .write("b.yaml", pod("b", httpAt(80), "podIP: 10.1.0.2, phase: Failed"))
            .write("c.yaml", pod("c", httpAt(80), "phase: Pending"))
            .load();
    assertThat(folder.slices).isEmpty();
  }

  @Test
  void dualStackServiceGetsASliceForEachFamily(@TempDir Path directory) {
    String dual = "podIP: 10.1.0.1, podIPs: [{ip: 10.1.0.1}, {ip: \"fd00:1::1\"}]";
    TestFolder folder =
        web(directory).write("p.yaml", pod("p", "nodeName: here, " + httpAt(80), dual)).load();
    assertThat(folder.endpoints("web")).noneMatch(text -> text.contains("fd00"));
    folder
        .write("web.yaml", SERVICE.replace("spec:", "spec:\n  ipFamilyPolicy: RequireDualStack"))
        .refresh("web.yaml");
    assertThat(folder.endpoints("web")).contains("http=10.1.0.1:80", "http=fd00:1::1:80");
    assertThat(only(folder).nodeName()).isEqualTo("here");
  }

  private static final String ENDPOINTS =
      """
      apiVersion: v1
      kind: Endpoints
      metadata: {name: web}
      subsets:
      - addresses: [{ip: 192.0.2.1, nodeName: here}, {ip: "2001:db8::1"}]
        notReadyAddresses: [{ip: 192.0.2.2}]
        ports: [{name: http, port: 8080}]
      - addresses: [{ip: 192.0.2.3}]
        ports: [{port: 9, protocol: UDP}]
      """;

  private static final String SLICE =
      """
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}
      addressType: IPv4
      ports: [{name: http, port: 8443}]
      endpoints: [{addresses: [203.0.113.1, 203.0.113.2]}]
      """;

  @Test
  void slicesComeBeforeEndpointsAndThoseBeforePods(@TempDir Path directory) {
    TestFolder folder =
        web(directory)
            .write("p.yaml", pod("p", httpAt(80), "podIP: 10.1.0.1"))
            .write("e.yaml", ENDPOINTS)
            .write("s.yaml", SLICE)
            .load();
    assertThat(folder.endpoints("web")).containsExactly("http=203.0.113.1:8443");
    folder.delete("s.yaml").refresh("s.yaml");
    assertThat(folder.endpoints("web"))
        .containsExactly(
            "!http=192.0.2.2:8080", "=192.0.2.3:9", "http=192.0.2.1:8080", "http=2001:db8::1:8080");
    folder.delete("e.yaml").refresh("e.yaml");
    assertThat(folder.endpoints("web")).contains("http=10.1.0.1:80");
    folder.delete("p.yaml").refresh("p.yaml");
    assertThat(folder.slices).isEmpty();
  }

  @Test
  void endpointsOfNoServiceAreNotUsedUntilThereIsOne(@TempDir Path directory) {
    TestFolder folder = new TestFolder(directory).write("e.yaml", ENDPOINTS).load();
    assertThat(folder.slices).isEmpty();
    folder.write("web.yaml", SERVICE).refresh("web.yaml");
    assertThat(folder.endpoints("web")).hasSize(4);
    folder.delete("web.yaml").refresh("web.yaml");
    assertThat(folder.slices).isEmpty();
  }

  @Test
  void slicesThatAProxyDoesNotLookAtAreLeftOut(@TempDir Path directory) {
    String label = "kubernetes.io/service-name: web";
    TestFolder folder =
        new TestFolder(directory)
            .write(
                "headless.yaml",
                SLICE.replace(label, label + ", service.kubernetes.io/headless: \"\""))
            .write(
                "fqdn.yaml",
                SLICE
                    .replace("web-1", "web-2")
                    .replace("IPv4", "FQDN")
                    .replace("203.0.113.1, 203.0.113.2", "db.example"))
            .write("alone.yaml", SLICE.replace("web-1", "web-3").replace(label, "a: b"))
            .load();
    assertThat(folder.problems()).isEmpty();
    assertThat(folder.slices).isEmpty();
  }

  @Test
  void slicePortsWithoutNumberOrNameAreSkippedButNotUnnamedOnes(@TempDir Path directory) {
    TestFolder folder =
        new TestFolder(directory)
            .write(
                "s.yaml",
                SLICE.replace(
                    "{name: http, port: 8443}",
                    "{name: a}, {name: b, port: 0}, {port: 1}, {name: null, port: 2},"
                        + " {name: \"\", port: 3}"))
            .load();
    assertThat(folder.endpoints("web")).containsExactly("=203.0.113.1:3");
    assertThat(folder.folder.problems())
        .extracting(Problem::severity, Problem::field)
        .containsExactly(
            tuple(Problem.Severity.IGNORED, "ports[2].name"),
            tuple(Problem.Severity.IGNORED, "ports[3].name"));
  }

  @Test
  void conditionsAndHintsOfSlicesAreTaken(@TempDir Path directory) {
    TestFolder folder =
        new TestFolder(directory)
            .write(
                "s.yaml",
                SLICE.replace(
                    "endpoints: [",
                    "endpoints: [{addresses: [203.0.113.9], conditions: {ready: false, serving:"
                        + " false, terminating: true}, nodeName: here, hints: {forZones: [{name:"
                        + " a}], forNodes: [{name: n}]}}, "))
            .load();
    EndpointSlice slice = folder.slice("web");
    assertThat(slice.endpoints())
        .containsExactly(
            new Endpoint(
                IpAddress.parse("203.0.113.9"),
                false,
                false,
                true,
                "here",
                Set.of("a"),
                Set.of("n")),
            Endpoint.ready(IpAddress.parse("203.0.113.1"), null));
    assertThat(folder.services).isEmpty();
  }

  @Test
  void onlyTheSlicesOfTheServiceConcernedAreTold(@TempDir Path directory) {
    TestFolder folder =
        web(directory)
            .write("other.yaml", SERVICE.replace("name: web}", "name: other}"))
            .write("s.yaml", SLICE)
            .load();
    folder.write("s.yaml", SLICE.replace("8443", "8444")).refresh("s.yaml");
    assertThat(folder.last().services()).isEmpty();
    assertThat(folder.last().slices()).containsOnlyKeys(new ObjectName("default", "web"));
    folder.write("s.yaml", SLICE.replace("8443", "8444")).refresh("s.yaml");
    assertThat(folder.last().slices()).isEmpty();
    assertThat(List.copyOf(folder.services.keySet())).hasSize(2);
  }
}
