// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.agent.objects.Problem;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.LoadBalancerAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Faulty manifests are refused by name; what is good beside them goes on. */
class BadInputTest {

  private static final String GOOD =
      "apiVersion: v1\nkind: Service\nmetadata: {name: good}\nspec: {ports: [{port: 80}]}\n";

  private static final String WEB =
      "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n";

  @Test
  void aFaultyEndpointIsLeftOutAlone(@TempDir Path directory) {
    TestFolder folder =
        new TestFolder(directory)
            .write(
                "s.yaml",
                """
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}
                addressType: IPv4
                ports: [{name: "", port: 80}]
                endpoints:
                - {addresses: [10.0.0.1]}
                - {addresses: ["fd00::1"]}
                - {addresses: [127.0.0.1]}
                - {addresses: [10.0.0.2], conditions: {ready: maybe}}
                - {addresses: [10.0.0.3]}
                """)
            .load();
    assertThat(folder.endpoints("web")).containsExactly("=10.0.0.1:80", "=10.0.0.3:80");
    assertThat(folder.problems())
        .containsExactly(
            "s.yaml: EndpointSlice default/web-1: endpoints[1].addresses: fd00::1 is not an IPv4"
                + " address",
            "s.yaml: EndpointSlice default/web-1: endpoints[2].addresses: 127.0.0.1 is a loopback"
                + " address, which cannot be used here",
            "s.yaml: EndpointSlice default/web-1: endpoints[3].conditions.ready: the text"
                + " \"maybe\" must be true or false");
  }

  @Test
  void faultyHintsAndWeightsAreLeftOutAndTheEndpointsStay(@TempDir Path directory) {
    TestFolder folder =
        new TestFolder(directory)
            .write(
                "s.yaml",
                """
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata:
                  name: web-1
                  labels: {kubernetes.io/service-name: web}
                  annotations: {ferrule.dev/weight: "-1"}
                addressType: IPv4
                ports: [{name: "", port: 80}]
                endpoints:
                - {addresses: [10.0.0.1], hints: {forNodes: [{name: elsewhere}]}}
                - {addresses: [10.0.0.2], hints: {forZones: zone-a}}
                - {addresses: [10.0.0.3], hints: nearby}
                """)
            .load();
    assertThat(folder.problems())
        .containsExactly(
            "s.yaml: EndpointSlice default/web-1: endpoints[1].hints.forZones: the text \"zone-a\""
                + " must be a list",
            "s.yaml: EndpointSlice default/web-1: endpoints[2].hints: the text \"nearby\" must be"
                + " an object",
            "s.yaml: EndpointSlice default/web-1: metadata.annotations.ferrule.dev/weight: \"-1\""
                + " is not a number from 0 to 100; this is left aside");
    assertThat(folder.endpoints("web"))
        .containsExactly("=10.0.0.1:80", "=10.0.0.2:80", "=10.0.0.3:80");
  }

  @Test
  void aFaultyIngressIsLeftOutAloneAndOneOfAnotherFamilyGetsNoRules(@TempDir Path directory) {
    TestFolder folder =
        new TestFolder(directory)
            .write(
                "f.yaml",
                """
                apiVersion: v1
                kind: Service
                metadata: {name: web}
                spec: {type: LoadBalancer, clusterIP: 10.96.0.10, ports: [{port: 80}]}
                status: {loadBalancer: {ingress: [{ip: "2001:db8::9"}, {ip: 198.51.100.1}, {ip: there}, {ip: 198.51.100.2, ipMode: Direct}]}}
                """)
            .load();
    assertThat(folder.problems())
        .containsExactlyInAnyOrder(
            "f.yaml: Service default/web: status.loadBalancer.ingress: 2001:db8::9 gets no rules:"
                + " the Service has no cluster address of its IP family",
            "f.yaml: Service default/web: status.loadBalancer.ingress[2].ip: \"there\" is not an IP"
                + " address",
            "f.yaml: Service default/web: status.loadBalancer.ingress[3].ipMode: \"Direct\" is not"
                + " one of VIP, Proxy");
    assertThat(folder.service("web").loadBalancerAddresses())
        .contains(new LoadBalancerAddress(IpAddress.parse("198.51.100.1"), false));
  }

  @Test
  void whatIsUsedInAnotherWayThanWrittenIsNamed(@TempDir Path directory) {
    TestFolder folder =
        new TestFolder(directory)
            .write(
                "f.yaml",
                """
                apiVersion: v1
                kind: Service
                metadata: {name: web}
                spec:
                  type: LoadBalancer
                  clusterIP: 10.96.0.10
                  ports: [{port: 80}]
                  externalIPs: ["2001:db8::9"]
                  loadBalancerSourceRanges: [203.0.113.7/24]
                status: {loadBalancer: {ingress: [{ip: 198.51.100.1}, {ip: 198.51.100.1}]}}
                """)
            .load();
    assertThat(folder.service("web").loadBalancerAddresses()).hasSize(1);
    assertThat(folder.problems())
        .containsExactlyInAnyOrder(
            "f.yaml: Service default/web: spec.externalIPs: 2001:db8::9 gets no rules: the Service"
                + " has no cluster address of its IP family",
            "f.yaml: Service default/web: spec.loadBalancerSourceRanges[0]: 203.0.113.7/24 has bits"
                + " behind its prefix; it is taken as 203.0.113.0/24",
            "f.yaml: Service default/web: status.loadBalancer.ingress[1].ip: 198.51.100.1 is there"
                + " twice; the first counts");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          ports: [{port: 0}]                                   | spec.ports[0].port: 0 is not a port; ports are 1 to 65535
          ports: [{port: 65536}]                               | spec.ports[0].port: 65536 is not a port; ports are 1 to 65535
          ports: [{port: 99999999999}]                         | spec.ports[0].port: 99999999999 is too large
          ports: [{port: "80"}]                                | spec.ports[0].port: the text "80" must be a whole number
          ports: [{port: 80.5}]                                | spec.ports[0].port: the number 80.5 must be a whole number
          ports: [{}]                                          | spec.ports[0].port: is missing
          ports: {port: 80}                                    | spec.ports: an object must be a list
          ports: [80]                                          | spec.ports[0]: the number 80 must be an object
          ports: []                                            | spec.ports: is missing; a Service needs one port at least
          ports: [{port: 80, nodePort: 99}]                    | spec.ports[0].nodePort: 99 is not in 30000-32767; choose another or leave it out
          ports: [{port: 80, protocol: HTTP}]                  | spec.ports[0].protocol: "HTTP" is not one of TCP, UDP, SCTP
          ports: [{port: 80, targetPort: 70000}]               | spec.ports[0].targetPort: 70000 is not a port; ports are 1 to 65535
          ports: [{port: 80, targetPort: HTTP!}]               | spec.ports[0].targetPort: "HTTP!" is neither a number nor the name of a port (at most 15 lower-case letters, digits and dashes)
          ports: [{port: 80}, {port: 81}]                      | spec.ports[0].name: is missing; a Service with several ports needs names for them
          ports: [{name: a, port: 80}, {name: a, port: 81}]    | spec.ports[1].name: "a" is the name of another port as well
          ports: [{name: a, port: 80}, {name: b, port: 80}]    | spec.ports[1].port: 80/TCP is there twice
          ports: [{port: 80}], type: Magic                     | spec.type: "Magic" is not one of ClusterIP, NodePort, LoadBalancer, ExternalName
          ports: [{port: 80}], clusterIP: 10.96.0              | spec.clusterIP: "10.96.0" is not an IP address
          ports: [{port: 80}], clusterIP: 300.1.1.1            | spec.clusterIP: "300.1.1.1" is not an IP address
          ports: [{port: 80}], clusterIPs: [10.96.0.1, 10.96.0.2] | spec.clusterIPs[1]: must be of the other IP family than clusterIPs[0]
          ports: [{port: 80}], ipFamilies: [IPv5]              | spec.ipFamilies[0]: "IPv5" is not one of IPv4, IPv6, each once at most
          ports: [{port: 80}], ipFamilies: [IPv6], clusterIP: 10.96.0.1 | spec.clusterIPs[0]: 10.96.0.1 must be IPv6 as ipFamilies says
          ports: [{port: 80}], externalIPs: [127.0.0.1]        | spec.externalIPs: 127.0.0.1 is a loopback address, which cannot be used here
          ports: [{port: 80}], externalIPs: [there]            | spec.externalIPs[0]: "there" is not an IP address
          ports: [{port: 80}], loadBalancerSourceRanges: [all] | spec.loadBalancerSourceRanges[0]: "all" is not an address range like 10.96.0.0/12
          ports: [{port: 80}], selector: {app: 1}              | spec.selector.app: the number 1 must be text; put it into quotes
          ports: [{port: 80}], selector: app                   | spec.selector: the text "app" must be an object
          ports: [{port: 80}], sessionAffinity: Cookie         | spec.sessionAffinity: "Cookie" is not one of None, ClientIP
          ports: [{port: 80}], sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 0}} | spec.sessionAffinityConfig.clientIP.timeoutSeconds: 0 is not in 1 to 86400
          ports: [{port: 80}], externalTrafficPolicy: Remote   | spec.externalTrafficPolicy: "Remote" is not one of Cluster, Local
          ports: [{port: 80}], internalTrafficPolicy: Near     | spec.internalTrafficPolicy: "Near" is not one of Cluster, Local
          ports: [{port: 80}], healthCheckNodePort: 5          | spec.healthCheckNodePort: 5 is not in 30000-32767; choose another or leave it out
          type: ExternalName                                   | spec.externalName: is missing
          """)
  void faultyServiceIsRefusedWithItsFieldAndHeldInItsLastGoodState(
      String spec, String message, @TempDir Path directory) {
    String bad =
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {%s}\n".formatted(spec);
    TestFolder folder = new TestFolder(directory).write("f.yaml", bad + "---\n" + GOOD).load();
    assertThat(folder.problems()).containsExactly("f.yaml: Service default/web: " + message);
    assertThat(folder.has("web")).isFalse();
    assertThat(folder.has("good")).isTrue();
    folder.write("f.yaml", WEB).refresh("f.yaml");
    assertThat(folder.problems()).isEmpty();
    folder.write("f.yaml", bad + "---\n" + GOOD).refresh("f.yaml");
    assertThat(folder.has("web")).as("last good state is held").isTrue();
    assertThat(folder.has("good")).isTrue();
    assertThat(folder.problems())
        .containsExactly(
            "f.yaml: Service default/web: " + message + " (its last good state stays in force)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {kind: Service, metadata: {name: x}}                              | Service in line 1: apiVersion: is missing
          {apiVersion: v1, metadata: {name: x}}                             | line 1: kind: is missing
          {apiVersion: v1, kind: Service, metadata: {}}                     | Service in line 1: metadata.name: is missing
          {apiVersion: v1, kind: Service, metadata: {name: A_b}}            | Service in line 1: metadata.name: "A_b" is not a name; names are lower-case letters, digits and dashes
          {apiVersion: v1, kind: Service, metadata: {name: x, namespace: _}} | Service in line 1: metadata.namespace: "_" is not the name of a namespace
          {apiVersion: v1, kind: Pod, metadata: {name: x}, status: {podIP: y}} | Pod default/x: status.podIP: "y" is not an IP address
          {apiVersion: v1, kind: Pod, metadata: {name: x, labels: {a: true}}} | Pod default/x: metadata.labels.a: true must be text; put it into quotes
          {apiVersion: v1, kind: Pod, metadata: {name: x, creationTimestamp: today}} | Pod default/x: metadata.creationTimestamp: "today" is not a time like 2026-01-31T12:00:00Z
          {apiVersion: v1, kind: Endpoints, metadata: {name: x}, subsets: [{addresses: [{ip: 169.254.1.1}]}]} | Endpoints default/x: subsets[0].addresses[0].ip: 169.254.1.1 is a link-local address, which cannot be used here
          {apiVersion: v1, kind: Endpoints, metadata: {name: x}, subsets: [{ports: [{port: -1}]}]} | Endpoints default/x: subsets[0].ports[0].port: -1 is not a port; ports are 1 to 65535
          {apiVersion: v1, kind: Node, metadata: {name: x}, spec: {podCIDR: y}} | Node x: spec.podCIDR: "y" is not an address range like 10.96.0.0/12
          {apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: x}} | EndpointSlice default/x: addressType: is missing
          {apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: x}, addressType: IPv6, endpoints: [{addresses: [10.0.0.1]}]} | EndpointSlice default/x: endpoints[0].addresses: 10.0.0.1 is not an IPv6 address
          {apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: x}, addressType: IPv4, endpoints: [{}]} | EndpointSlice default/x: endpoints[0].addresses: is missing; an endpoint needs one address
          {apiVersion: networking.k8s.io/v1, kind: ServiceCIDR, metadata: {name: x}, spec: {cidrs: [10.0.0.0]}} | ServiceCIDR x: spec.cidrs[0]: "10.0.0.0" is not an address range like 10.96.0.0/12
          {apiVersion: v1, kind: List, items: [7]}                          | line 1: expected an object with apiVersion and kind
          """)
  void faultyObjectIsNamedAndTheNextOneRead(
      String object, String message, @TempDir Path directory) {
    TestFolder folder = new TestFolder(directory).write("f.yaml", object + "\n---\n" + GOOD).load();
    assertThat(folder.problems()).containsExactly("f.yaml: " + message);
    assertThat(folder.has("good")).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          a: [                 | f.yaml: line 5: expected the node content, but found '<stream end>'
          a: *nowhere          | f.yaml: line 4: there is no anchor &nowhere before *nowhere
          kind: A\\nkind: B    | f.yaml: line 5: "kind" is written twice
          just text            | f.yaml: line 4: expected an object with apiVersion and kind
          <<: 1                | f.yaml: line 5: "<<" merges objects only
          """)
  void fileThatIsNoYamlIsNamedWithTheLineAndItsObjectsAreHeld(
      String end, String message, @TempDir Path directory) {
    String bad = "# one\n# two\n---\n" + end.replace("\\n", "\n") + "\n";
    TestFolder folder = new TestFolder(directory).write("f.yaml", bad).load();
    assertThat(folder.problems()).containsExactly(message);
    folder.write("f.yaml", WEB).refresh("f.yaml");
    folder.write("f.yaml", bad).refresh("f.yaml");
    assertThat(folder.has("web")).isTrue();
    assertThat(folder.problems())
        .containsExactly(message + " (what it held before, objects: 1, stays in force)");
  }

  @Test
  void brokenJsonIsNamedWithTheLine(@TempDir Path directory) {
    TestFolder folder = new TestFolder(directory).write("f.json", "{\n\"kind\": \n}").load();
    assertThat(folder.problems()).hasSize(1).first().asString().startsWith("f.json: line 3: ");
  }

  @Test
  void textThatIsNotUtf8IsNamed(@TempDir Path directory) throws IOException {
    byte[] latin = WEB.replace("web", "w\u00e9b").getBytes(StandardCharsets.ISO_8859_1);
    Files.write(directory.resolve("f.yaml"), latin);
    TestFolder folder = new TestFolder(directory).load();
    assertThat(folder.problems()).hasSize(1).first().asString().startsWith("f.yaml: ");
  }

  @Test
  void bombOfAliasesIsRefused(@TempDir Path directory) {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 9; i++) {
      bomb.append("a%d: &a%d [".formatted(i, i))
          .append(("*a" + (i - 1) + ", ").repeat(9))
          .append("*a" + (i - 1) + "]\n");
    }
    TestFolder folder = new TestFolder(directory).write("f.yaml", bomb.toString()).load();
    assertThat(folder.problems())
        .hasSize(1)
        .first()
        .asString()
        .contains("aliases make the document more than 10 times larger");
  }

  @Test
  void aliasesAndMergeKeysAreFollowed(@TempDir Path directory) {
    TestFolder folder =
        new TestFolder(directory)
            .write(
                "f.yaml",
                """
                apiVersion: v1
                kind: Service
                metadata: {name: web, labels: &labels {app: web}}
                x: &port {port: 80, protocol: UDP}
                spec:
                  selector: *labels
                  ports:
                  - {<<: *port, protocol: TCP}
                """)
            .load();
    assertThat(folder.problems()).isEmpty();
    assertThat(folder.service("web").selector()).containsEntry("app", "web");
    assertThat(folder.service("web").ports().get(0).protocol().text()).isEqualTo("tcp");
  }

  @Test
  void largeFileIsRefusedByNameWithoutBeingRead(@TempDir Path directory) {
    ManifestSettings settings = ManifestSettings.defaults("n").withMaxFileBytes(2_000);
    TestFolder folder = new TestFolder(directory, settings).write("f.yaml", WEB).load();
    folder.write("f.yaml", GOOD + "#".repeat(3_000)).refresh("f.yaml");
    assertThat(folder.problems())
        .hasSize(1)
        .first()
        .asString()
        .matches("f.yaml: has 3,\\d+ bytes, more than the limit of 2,000; split it .*");
    assertThat(folder.has("web")).isTrue();
    assertThat(folder.has("good")).isFalse();
  }

  @Test
  void fileAboveTheUsualLimitOfYamlReadersIsRead(@TempDir Path directory) {
    String large = ("#" + "x".repeat(99) + "\n").repeat(40_000) + WEB;
    assertThat(new TestFolder(directory).write("f.yaml", large).load().problems()).isEmpty();
  }

  @Test
  void unknownKindsAreNamedOnceAndCommonOnesNotAtAll(@TempDir Path directory) {
    String other = "apiVersion: %s\nkind: %s\nmetadata: {name: x}\n";
    TestFolder folder =
        new TestFolder(directory)
            .write("a.yaml", other.formatted("example.com/v1", "Gadget"))
            .write("b.yaml", other.formatted("example.com/v1", "Gadget"))
            .write("c.yaml", other.formatted("apps/v1", "Deployment"))
            .write("d.yaml", other.formatted("v1", "Namespace"))
            .write("e.yaml", other.formatted("discovery.k8s.io/v1beta1", "EndpointSlice"))
            .load();
    assertThat(folder.problems())
        .containsExactly(
            "a.yaml: objects of kind Gadget (example.com/v1) are ignored",
            "e.yaml: objects of kind EndpointSlice (discovery.k8s.io/v1beta1) are ignored; it is"
                + " read as discovery.k8s.io/v1 only");
    assertThat(folder.folder.problems())
        .allMatch(problem -> problem.severity() == Problem.Severity.IGNORED);
  }
}
