// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.testapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How Services are completed. */
class ServiceDefaultsTest {

  private ApiServer server;

  @BeforeEach
  void start() throws IOException {
    server = ApiServer.start(Options.defaults());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private JsonNode create(String name, String spec) throws IOException {
    String service = "{apiVersion: v1, kind: Service, metadata: {name: %s}, spec: {%s}}";
    return server.create(service.formatted(name, spec)).get(0).path("spec");
  }

  private JsonNode patch(String name, String spec) {
    return server.patch(Resource.SERVICES, "default", name, "{spec: {" + spec + "}}").path("spec");
  }

  @Test
  void whatIsMissingIsFilledIn() throws Exception {
    assertThat(create("web", "ports: [{port: 80}, {port: 53, protocol: UDP, targetPort: dns}]"))
        .isEqualTo(
            Json.tree(
                """
                {"type": "ClusterIP", "sessionAffinity": "None", "internalTrafficPolicy": "Cluster",
                 "ports": [{"port": 80, "protocol": "TCP", "targetPort": 80},
                           {"port": 53, "protocol": "UDP", "targetPort": "dns"}],
                 "clusterIP": "10.96.1.0", "clusterIPs": ["10.96.1.0"],
                 "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack"}"""
                    .getBytes(StandardCharsets.UTF_8)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ipFamilyPolicy: PreferDualStack                      | [IPv4, IPv6] | PreferDualStack  | 10.96.1.0   | fd00:10:96::100
          'ipFamilyPolicy: RequireDualStack, ipFamilies: [IPv6]' | [IPv6, IPv4] | RequireDualStack | fd00:10:96::100 | 10.96.1.0
          ipFamilies: [IPv6]                                   | [IPv6]       | SingleStack      | fd00:10:96::100 | ''
          clusterIP: 'fd00:10:96::5'                           | [IPv6]       | SingleStack      | fd00:10:96::5 | ''
          clusterIP: 10.96.0.10                                | [IPv4]       | SingleStack      | 10.96.0.10  | ''
          'clusterIP: None, selector: {a: b}'                  | [IPv4]       | SingleStack      | None        | ''
          clusterIP: None                                      | [IPv4, IPv6] | RequireDualStack | None        | ''
          """)
  void familiesAndAddressesFollowWhatIsWritten(
      String written, String families, String policy, String first, String second)
      throws IOException {
    JsonNode spec = create("web", written + ", ports: [{port: 80}]");
    assertThat(spec.path("ipFamilies").toString().replace("\"", "").replace(",", ", "))
        .isEqualTo(families);
    assertThat(spec.path("ipFamilyPolicy").asText()).isEqualTo(policy);
    assertThat(spec.path("clusterIP").asText()).isEqualTo(first);
    assertThat(spec.at("/clusterIPs/0").asText()).isEqualTo(first);
    assertThat(spec.at("/clusterIPs/1").asText("")).isEqualTo(second);
  }

  @Test
  void nodePortsAreGivenOutAndKept() throws Exception {
    JsonNode spec =
        create(
            "web",
            "type: NodePort, ports: [{name: a, port: 53}, {name: b, port: 53, protocol: UDP},"
                + " {name: c, port: 80, nodePort: 30087}, {name: d, port: 81}]");
    assertThat(spec.path("ports").findValuesAsText("nodePort"))
        .containsExactly("30086", "30086", "30087", "30088");
    assertThat(spec.path("externalTrafficPolicy").asText()).isEqualTo("Cluster");
    JsonNode changed = patch("web", "ports: [{name: d, port: 81, targetPort: 1}]");
    assertThat(changed.at("/ports/0/nodePort").asInt()).isEqualTo(30088);
    JsonNode without = patch("web", "type: ClusterIP");
    assertThat(without.path("ports").findValues("nodePort")).isEmpty();
    assertThat(without.has("externalTrafficPolicy")).isFalse();
    assertThat(without.path("clusterIP")).isEqualTo(spec.path("clusterIP"));
  }

  @Test
  void loadBalancersGetWhatTheirSettingsAskFor() throws Exception {
    JsonNode local =
        create("a", "type: LoadBalancer, externalTrafficPolicy: Local, ports: [{port: 80}]");
    assertThat(local.path("allocateLoadBalancerNodePorts").asBoolean()).isTrue();
    assertThat(local.at("/ports/0/nodePort").asInt()).isEqualTo(30086);
    assertThat(local.path("healthCheckNodePort").asInt()).isEqualTo(30087);
    assertThat(patch("a", "externalTrafficPolicy: Cluster").has("healthCheckNodePort")).isFalse();
    JsonNode without =
        create(
            "b", "type: LoadBalancer, allocateLoadBalancerNodePorts: false, ports: [{port: 80}]");
    assertThat(without.at("/ports/0").has("nodePort")).isFalse();
  }

  @Test
  void aServiceCanBecomeDualStackAndSingleStackAgain() throws Exception {
    create("web", "ports: [{port: 80}]");
    JsonNode dual = patch("web", "ipFamilyPolicy: PreferDualStack");
    assertThat(dual.path("clusterIPs").toString()).isEqualTo("[\"10.96.1.0\",\"fd00:10:96::100\"]");
    JsonNode single = patch("web", "ipFamilyPolicy: SingleStack");
    assertThat(single.path("clusterIPs").toString()).isEqualTo("[\"10.96.1.0\"]");
  }

  @Test
  void anExternalNameHasNoAddress() throws Exception {
    JsonNode spec = create("web", "type: ExternalName, externalName: example.org");
    assertThat(spec.has("clusterIP")).isFalse();
    assertThat(spec.has("ipFamilies")).isFalse();
    assertThat(patch("web", "type: ClusterIP, ports: [{port: 80}]").path("clusterIP").asText())
        .isEqualTo("10.96.1.0");
  }

  @Test
  void clientIpAffinityHasATimeout() throws Exception {
    JsonNode spec = create("web", "sessionAffinity: ClientIP, ports: [{port: 80}]");
    assertThat(spec.at("/sessionAffinityConfig/clientIP/timeoutSeconds").asInt()).isEqualTo(10_800);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          clusterIP: 10.96.0.9, ports: [{port: 80}]                | provided IP is already allocated
          type: NodePort, ports: [{port: 80, nodePort: 30001}]     | provided port is already allocated
          type: NodePort, ports: [{port: 80, nodePort: 80}]        | provided port is not in the valid range
          ports: [{port: 80, nodePort: 30002}]                     | may not be used when `type` is 'ClusterIP'
          ports: [{port: 70000}]                                   | must be between 1 and 65535
          type: ClusterIP                                          | spec.ports: Required value
          """)
  void whatKubernetesRefusesIsRefused(String spec, String cause) throws Exception {
    create("first", "type: NodePort, clusterIP: 10.96.0.9, ports: [{port: 80, nodePort: 30001}]");
    assertThatThrownBy(() -> create("second", spec))
        .isInstanceOfSatisfying(StatusError.class, e -> assertThat(e.code()).isEqualTo(422))
        .hasMessageContaining("Service \"second\" is invalid: ")
        .hasMessageContaining(cause);
    server.delete(Resource.SERVICES, "default", "first");
    create("third", "type: NodePort, clusterIP: 10.96.0.9, ports: [{port: 80, nodePort: 30001}]");
  }

  @Test
  void theAddressOfAServiceMayNotChange() throws Exception {
    create("web", "ports: [{port: 80}]");
    assertThatThrownBy(() -> patch("web", "clusterIP: 10.96.0.77"))
        .hasMessageContaining("may not change once set");
    ObjectNode without = server.get(Resource.SERVICES, "default", "web").orElseThrow();
    without.withObject("/spec").remove(List.of("clusterIP", "clusterIPs", "ipFamilies"));
    assertThat(server.update(without).at("/spec/clusterIP").asText()).isEqualTo("10.96.1.0");
  }
}
