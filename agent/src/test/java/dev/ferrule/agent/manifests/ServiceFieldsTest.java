// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.LoadBalancerAddress;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.Protocol;
import dev.ferrule.rules.model.Service;
import dev.ferrule.rules.model.ServicePort;
import dev.ferrule.rules.model.ServiceType;
import dev.ferrule.rules.model.TrafficPolicy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each field of a Service does. */
class ServiceFieldsTest {

  private static TestFolder web(Path directory, String spec) {
    String text = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {" + spec + "}\n";
    return new TestFolder(directory).write("web.yaml", text).load();
  }

  @Test
  void everyFieldOfAFullServiceIsTaken(@TempDir Path directory) {
    TestFolder folder =
        new TestFolder(directory)
            .write(
                "web.yaml",
                """
                apiVersion: v1
                kind: Service
                metadata:
                  name: web
                  namespace: shop
                  creationTimestamp: "1970-01-01T00:01:00Z"
                spec:
                  type: LoadBalancer
                  clusterIP: 10.96.000.010
                  clusterIPs: [10.96.0.10, "fd00:10:96::a"]
                  ipFamilies: [IPv4, IPv6]
                  ipFamilyPolicy: PreferDualStack
                  externalIPs: [192.0.2.080]
                  loadBalancerSourceRanges: [" 203.0.113.0/24 "]
                  internalTrafficPolicy: Local
                  externalTrafficPolicy: Local
                  healthCheckNodePort: 30100
                  sessionAffinity: ClientIP
                  sessionAffinityConfig: {clientIP: {timeoutSeconds: 60}}
                  selector: {app: web}
                  ports:
                  - {name: http, port: 80, targetPort: web, nodePort: 30080}
                  - {name: dns, port: 53, protocol: UDP, nodePort: 30053}
                status:
                  loadBalancer:
                    ingress:
                    - {ip: 198.51.100.1, ipMode: Proxy}
                    - {ip: 198.51.100.2}
                    - {hostname: lb.example}
                """)
            .load();
    assertThat(folder.problems()).isEmpty();
    assertThat(folder.services.values())
        .containsExactly(
            new Service(
                new ObjectName("shop", "web"),
                60,
                ServiceType.LOAD_BALANCER,
                List.of(IpAddress.parse("10.96.0.10"), IpAddress.parse("fd00:10:96::a")),
                List.of(
                    new ServicePort("http", Protocol.TCP, 80, "web", 30_080),
                    new ServicePort("dns", Protocol.UDP, 53, "53", 30_053)),
                List.of(IpAddress.parse("192.0.2.80")),
                List.of(
                    new LoadBalancerAddress(IpAddress.parse("198.51.100.1"), true),
                    new LoadBalancerAddress(IpAddress.parse("198.51.100.2"), false)),
                List.of(Cidr.parse("203.0.113.0/24")),
                TrafficPolicy.LOCAL,
                TrafficPolicy.LOCAL,
                60,
                30_100,
                Map.of("app", "web")));
  }

  @Test
  void defaultsAreThoseOfTheApi(@TempDir Path directory) {
    Service web = web(directory, "ports: [{port: 80}]").service("web");
    assertThat(web.type()).isEqualTo(ServiceType.CLUSTER_IP);
    assertThat(web.created()).isEqualTo(Service.UNKNOWN_AGE);
    assertThat(web.ports()).containsExactly(new ServicePort("", Protocol.TCP, 80, "80", 0));
    assertThat(web.internalTrafficPolicy()).isEqualTo(TrafficPolicy.CLUSTER);
    assertThat(web.externalTrafficPolicy()).isEqualTo(TrafficPolicy.CLUSTER);
    assertThat(web.affinitySeconds()).isZero();
    assertThat(web.healthCheckNodePort()).isZero();
  }

  @Test
  void headlessServiceHasNothingThatTrafficCouldBeSentTo(@TempDir Path directory) {
    Service web =
        web(directory, "clusterIP: None, externalIPs: [192.0.2.1], ports: [{port: 80}]")
            .service("web");
    assertThat(web.clusterIps()).isEmpty();
  }

  @Test
  void headlessServiceNeedsNoPorts(@TempDir Path directory) {
    assertThat(web(directory, "clusterIP: None, clusterIPs: [None]").problems()).isEmpty();
  }

  @Test
  void externalNameHasNoAddress(@TempDir Path directory) {
    TestFolder folder = web(directory, "type: ExternalName, externalName: db.example");
    assertThat(folder.ips("web")).isEmpty();
  }

  @Test
  void serviceOfAnotherProxyIsAbsentUntilTheLabelGoes(@TempDir Path directory) {
    String text =
        """
        apiVersion: v1
        kind: Service
        metadata: {name: web, labels: {"service.kubernetes.io/service-proxy-name": ""}}
        spec: {ports: [{port: 80}]}
        """;
    TestFolder folder = new TestFolder(directory).write("a.yaml", text).load();
    assertThat(folder.services).isEmpty();
    folder.write("a.yaml", text.replace("service-proxy-name", "other")).refresh("a.yaml");
    assertThat(folder.has("web")).isTrue();
    folder.write("a.yaml", text).refresh("a.yaml");
    assertThat(folder.services).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ipFamilyPolicy: SingleStack                                    | IPv4
          ipFamilies: [IPv6]                                             | IPv6
          ipFamilyPolicy: PreferDualStack                                | IPv4 IPv6
          ipFamilyPolicy: RequireDualStack, ipFamilies: [IPv6]           | IPv6 IPv4
          ipFamilies: [IPv6, IPv4]                                       | IPv6 IPv4
          clusterIP: "fd00:10:96::7"                                     | IPv6
          clusterIP: "fd00:10:96::7", ipFamilyPolicy: PreferDualStack    | IPv6 IPv4
          clusterIP: "", clusterIPs: []                                  | IPv4
          """)
  void familiesDecideWhichAddressesThereAre(String spec, String families, @TempDir Path directory) {
    TestFolder folder = web(directory, spec + ", ports: [{port: 80}]");
    assertThat(folder.problems()).isEmpty();
    assertThat(folder.service("web").clusterIps())
        .extracting(address -> address.family().text())
        .containsExactly(families.split(" "));
  }

  @Test
  void clusterOfOneFamilyGivesThatOne(@TempDir Path directory) {
    ManifestSettings settings =
        ManifestSettings.defaults("n").withServiceRanges(List.of(Cidr.parse("fd00:1::/112")));
    TestFolder folder =
        new TestFolder(directory, settings)
            .write(
                "a.yaml",
                """
                apiVersion: v1
                kind: Service
                metadata: {name: plain}
                spec: {ports: [{port: 80}]}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: prefers}
                spec: {ipFamilyPolicy: PreferDualStack, ports: [{port: 80}]}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: requires}
                spec: {ipFamilyPolicy: RequireDualStack, ports: [{port: 80}]}
                """)
            .load();
    assertThat(folder.ips("plain")).hasSize(1).first().asString().startsWith("fd00:1::");
    assertThat(folder.ips("prefers")).hasSize(1);
    assertThat(folder.has("requires")).isFalse();
    assertThat(folder.problems())
        .containsExactly(
            "a.yaml: Service default/requires: spec.ipFamilyPolicy: needs an IPv4 address, but"
                + " there is no service range of that family");
  }

  @Test
  void healthCheckPortCountsForLocalLoadBalancersOnly(@TempDir Path directory) {
    String spec = "type: LoadBalancer, healthCheckNodePort: 30500, ports: [{port: 80}]";
    assertThat(web(directory, spec).service("web").healthCheckNodePort()).isZero();
    assertThat(
            web(directory, spec + ", externalTrafficPolicy: Local")
                .service("web")
                .healthCheckNodePort())
        .isEqualTo(30_500);
  }

  @Test
  void targetPortZeroIsNoTargetPort(@TempDir Path directory) {
    assertThat(web(directory, "ports: [{port: 80, targetPort: 0}]").service("web").ports())
        .containsExactly(new ServicePort("", Protocol.TCP, 80, "80", 0));
  }
}
