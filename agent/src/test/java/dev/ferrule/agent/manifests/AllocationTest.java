// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.agent.config.PortRange;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.Service;
import dev.ferrule.rules.model.ServicePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Addresses and ports that are given out, and disputes about those that are written. */
class AllocationTest {

  private static final ManifestSettings SMALL =
      ManifestSettings.defaults("n")
          .withServiceRanges(List.of(Cidr.parse("10.96.0.0/29")))
          .withNodePorts(new PortRange(30_000, 30_002));

  private static String service(String name, String metadata, String spec) {
    return "apiVersion: v1\nkind: Service\nmetadata: {name: %s%s}\nspec: {%s}\n---\n"
        .formatted(name, metadata, spec);
  }

  private static String plain(String name) {
    return service(name, "", "ports: [{port: 80}]");
  }

  private static String claiming(String name, String ip) {
    return service(name, "", "clusterIP: " + ip + ", ports: [{port: 80}]");
  }

  private static String created(int minute) {
    return ", creationTimestamp: \"2026-01-01T00:%02d:00Z\"".formatted(minute);
  }

  @Test
  void addressIsTheSameInEveryFolder(@TempDir Path one, @TempDir Path other) {
    String ip = new TestFolder(one).write("a.yaml", plain("web")).load().ips("web").get(0);
    TestFolder second = new TestFolder(other).write("x.yaml", plain("db") + plain("web")).load();
    assertThat(second.ips("web")).containsExactly(ip);
    assertThat(second.ips("db")).doesNotContain(ip);
  }

  @Test
  void endsOfTheRangeAreNotGivenOutAndExhaustionIsNamed(@TempDir Path directory) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      text.append(plain("s" + i));
    }
    TestFolder folder = new TestFolder(directory, SMALL).write("a.yaml", text.toString()).load();
    Set<String> ips = new HashSet<>();
    folder.services.values().forEach(service -> ips.add(service.clusterIps().get(0).toString()));
    assertThat(ips)
        .containsExactlyInAnyOrder("10.96.0.2", "10.96.0.3", "10.96.0.4", "10.96.0.5", "10.96.0.6");
    assertThat(folder.problems())
        .containsExactly(
            "a.yaml: Service default/s5: spec.clusterIP: no IPv4 address of the ranges is free");
    folder.write("a.yaml", text.toString().replace("name: s0", "name: s5")).refresh("a.yaml");
    folder.write("a.yaml", text.toString().replace(plain("s0"), "")).refresh("a.yaml");
    assertThat(folder.problems()).as("an address came free").isEmpty();
    assertThat(folder.has("s5")).isTrue();
  }

  @Test
  void writtenAddressBeatsTheGivenOne(@TempDir Path directory) {
    TestFolder folder = new TestFolder(directory).write("web.yaml", plain("web")).load();
    String ip = folder.ips("web").get(0);
    folder.write("db.yaml", claiming("db", ip)).refresh("db.yaml");
    assertThat(folder.ips("db")).containsExactly(ip);
    assertThat(folder.ips("web")).hasSize(1).doesNotContain(ip);
    assertThat(folder.last().services()).hasSize(2);
    assertThat(folder.problems()).isEmpty();
  }

  @Test
  void givenAddressMayBeWrittenDown(@TempDir Path directory) {
    TestFolder folder = new TestFolder(directory).write("web.yaml", plain("web")).load();
    String ip = folder.ips("web").get(0);
    folder.write("web.yaml", claiming("web", ip)).refresh("web.yaml");
    assertThat(folder.ips("web")).containsExactly(ip);
    assertThat(folder.last().services()).isEmpty();
  }

  @Test
  void addressOutsideTheRangesIsRefused(@TempDir Path directory) {
    TestFolder folder =
        new TestFolder(directory)
            .write("a.yaml", claiming("web", "192.0.2.1") + plain("other"))
            .load();
    assertThat(folder.has("web")).isFalse();
    assertThat(folder.has("other")).isTrue();
    assertThat(folder.problems())
        .containsExactly(
            "a.yaml: Service default/web: spec.clusterIP: 192.0.2.1 is not in the service ranges"
                + " 10.96.0.0/12, fd00:10:96::/112; choose another or leave it out");
  }

  @Test
  void serviceCidrObjectsReplaceTheConfiguredRanges(@TempDir Path directory) {
    String cidr =
        "apiVersion: networking.k8s.io/v1\nkind: ServiceCIDR\nmetadata: {name: %s}\nspec: {cidrs:"
            + " [%s]}\n";
    TestFolder folder =
        new TestFolder(directory)
            .write("web.yaml", claiming("web", "172.30.0.9"))
            .write("auto.yaml", plain("auto"))
            .load();
    assertThat(folder.has("web")).isFalse();
    folder.write("c.yaml", cidr.formatted("kubernetes", "172.30.0.0/16")).refresh("c.yaml");
    assertThat(folder.ips("web")).containsExactly("172.30.0.9");
    assertThat(folder.ips("auto").get(0)).startsWith("172.30.");
    assertThat(folder.last().serviceCidrs()).containsExactly(Cidr.parse("172.30.0.0/16"));
    folder.write("d.yaml", cidr.formatted("extra", "10.50.0.0/16")).refresh("d.yaml");
    assertThat(folder.last().serviceCidrs())
        .containsExactly(Cidr.parse("172.30.0.0/16"), Cidr.parse("10.50.0.0/16"));
    folder.delete("c.yaml").refresh("c.yaml");
    assertThat(folder.has("web")).isFalse();
    assertThat(folder.ips("auto").get(0)).startsWith("10.50.");
  }

  @Test
  void olderServiceKeepsADisputedAddress(@TempDir Path directory) {
    String ip = "clusterIP: 10.96.0.9, ports: [{port: 80}]";
    TestFolder folder =
        new TestFolder(directory)
            .write("a.yaml", service("young", created(2), ip))
            .write("b.yaml", service("old", created(1), ip))
            .write("c.yaml", service("a-without-age", "", ip))
            .load();
    assertThat(folder.services.values()).extracting(s -> s.name().name()).containsExactly("old");
    assertThat(folder.problems())
        .containsExactly(
            "a.yaml: Service default/young: spec.clusterIP: 10.96.0.9 belongs to Service"
                + " default/old; choose another or leave it out",
            "c.yaml: Service default/a-without-age: spec.clusterIP: 10.96.0.9 belongs to Service"
                + " default/old; choose another or leave it out");
    folder.delete("b.yaml").refresh("b.yaml");
    assertThat(folder.services.values()).extracting(s -> s.name().name()).containsExactly("young");
  }

  @Test
  void refusedServiceLeavesItsOtherAddressToOthers(@TempDir Path directory) {
    String both = "clusterIPs: [10.96.0.1, \"fd00:10:96::1\"], ports: [{port: 80}]";
    TestFolder folder =
        new TestFolder(directory)
            .write("a.yaml", claiming("a", "10.96.0.1"))
            .write("b.yaml", service("b", "", both))
            .write("c.yaml", claiming("c", "\"fd00:10:96::1\""))
            .load();
    assertThat(folder.has("b")).isFalse();
    assertThat(folder.ips("c")).containsExactly("fd00:10:96::1");
    folder.delete("a.yaml").refresh("a.yaml");
    assertThat(folder.ips("b")).hasSize(2);
    assertThat(folder.has("c")).as("b comes first again").isFalse();
  }

  private static int nodePort(TestFolder folder, String service, int index) {
    return folder.service(service).ports().get(index).nodePort();
  }

  @Test
  void nodePortsAreGivenWhereTheTypeHasThem(@TempDir Path directory) {
    String port = "ports: [{port: 80}]";
    TestFolder folder =
        new TestFolder(directory)
            .write(
                "a.yaml",
                service("np", "", "type: NodePort, " + port)
                    + service("lb", "", "type: LoadBalancer, " + port)
                    + service(
                        "bare",
                        "",
                        "type: LoadBalancer, allocateLoadBalancerNodePorts: false, " + port)
                    + plain("ip"))
            .load();
    assertThat(nodePort(folder, "np", 0)).isBetween(30_000, 32_767);
    assertThat(nodePort(folder, "lb", 0)).isBetween(30_000, 32_767);
    assertThat(nodePort(folder, "bare", 0)).isZero();
    assertThat(nodePort(folder, "ip", 0)).isZero();
  }

  @Test
  void tcpAndUdpOfOnePortShareTheNodePort(@TempDir Path directory) {
    String dns = "{name: u, port: 53, protocol: UDP}, {name: t, port: 53}, {name: x, port: 54}";
    TestFolder folder =
        new TestFolder(directory)
            .write("a.yaml", service("dns", "", "type: NodePort, ports: [" + dns + "]"))
            .load();
    assertThat(nodePort(folder, "dns", 0))
        .isEqualTo(nodePort(folder, "dns", 1))
        .isNotEqualTo(nodePort(folder, "dns", 2));
    String half = dns.replace("name: t, port: 53", "name: t, port: 53, nodePort: 31999");
    folder
        .write("a.yaml", service("dns", "", "type: NodePort, ports: [" + half + "]"))
        .delete("b.yaml");
    TestFolder fresh = new TestFolder(directory).load();
    assertThat(nodePort(fresh, "dns", 0)).isEqualTo(31_999);
  }

  @Test
  void loserOfANodePortKeepsTheRest(@TempDir Path directory) {
    String spec =
        "type: NodePort, ports: [{name: a, port: 80, nodePort: 30080}, {name: b, port: 81}]";
    TestFolder folder =
        new TestFolder(directory)
            .write("a.yaml", service("a", "", spec))
            .write("b.yaml", service("b", created(1), spec))
            .write(
                "u.yaml",
                service(
                    "u", "", "type: NodePort, ports: [{port: 1, nodePort: 30080, protocol: UDP}]"))
            .load();
    assertThat(nodePort(folder, "b", 0)).isEqualTo(30_080);
    assertThat(nodePort(folder, "u", 0)).as("another protocol").isEqualTo(30_080);
    assertThat(nodePort(folder, "a", 0)).isZero();
    assertThat(nodePort(folder, "a", 1)).isNotZero();
    assertThat(folder.problems())
        .containsExactly(
            "a.yaml: Service default/a: spec.ports[0].nodePort: 30080 belongs to Service default/b;"
                + " the port has no node port until another is chosen");
    folder.delete("b.yaml").refresh("b.yaml");
    assertThat(nodePort(folder, "a", 0)).isEqualTo(30_080);
    assertThat(folder.problems()).isEmpty();
  }

  @Test
  void writtenNodePortBeatsTheGivenOneAndExhaustionIsNamed(@TempDir Path directory) {
    String spec = "type: NodePort, ports: [{port: 80%s}]";
    TestFolder folder =
        new TestFolder(directory, SMALL).write("a.yaml", service("a", "", spec.formatted("")));
    int port = nodePort(folder.load(), "a", 0);
    folder
        .write("b.yaml", service("b", "", spec.formatted(", nodePort: " + port)))
        .write("c.yaml", service("c", "", spec.formatted("")))
        .write("d.yaml", service("d", "", spec.formatted("")))
        .refresh("b.yaml", "c.yaml", "d.yaml");
    assertThat(nodePort(folder, "b", 0)).isEqualTo(port);
    assertThat(nodePort(folder, "a", 0)).isNotIn(0, port);
    assertThat(nodePort(folder, "d", 0)).isZero();
    assertThat(folder.problems())
        .containsExactly("d.yaml: Service default/d: spec.ports: no node port is free for TCP/80");
  }

  @Test
  void localLoadBalancerGetsAHealthCheckPort(@TempDir Path directory) {
    String spec = "type: LoadBalancer, externalTrafficPolicy: Local, ports: [{port: 80}]";
    TestFolder folder = new TestFolder(directory).write("a.yaml", service("lb", "", spec)).load();
    Service lb = folder.service("lb");
    assertThat(lb.healthCheckNodePort())
        .isBetween(30_000, 32_767)
        .isNotEqualTo(lb.ports().get(0).nodePort());
  }

  @Test
  void poolGivesAddressesToLoadBalancersThatHaveNone(@TempDir Path directory) {
    ManifestSettings settings =
        ManifestSettings.defaults("n").withLoadBalancerPool(List.of(Cidr.parse("198.51.100.8/31")));
    String spec = "type: LoadBalancer, ports: [{port: 80}]";
    String with = service("own", "", spec).replace("---\n", "");
    TestFolder folder =
        new TestFolder(directory, settings)
            .write("a.yaml", service("a", "", spec))
            .write("b.yaml", service("b", "", spec))
            .write(
                "classy.yaml", service("classy", "", "loadBalancerClass: example.com/x, " + spec))
            .load();
    assertThat(folder.service("a").loadBalancerAddresses()).hasSize(1);
    assertThat(folder.service("b").loadBalancerAddresses()).hasSize(1);
    assertThat(folder.service("classy").loadBalancerAddresses()).isEmpty();
    folder
        .write("own.yaml", with + "status: {loadBalancer: {ingress: [{ip: 198.51.100.8}]}}\n")
        .refresh("own.yaml");
    assertThat(folder.service("own").loadBalancerAddresses()).hasSize(1);
    assertThat(folder.problems())
        .hasSize(1)
        .first()
        .asString()
        .endsWith("status.loadBalancer: no IPv4 address of the pool is free");
  }

  @Test
  void stateFileKeepsAddressesAcrossRestarts(@TempDir Path directory, @TempDir Path state)
      throws IOException {
    Path file = state.resolve("allocations.json");
    ManifestSettings settings = ManifestSettings.defaults("n").withStateFile(file);
    TestFolder first =
        new TestFolder(directory, settings)
            .write("a.yaml", service("a", "", "type: NodePort, ports: [{port: 80}]"))
            .load();
    // Somebody takes the place of a for a while, so that a gets another one than a fresh start.
    String ip = first.ips("a").get(0);
    int port = nodePort(first, "a", 0);
    first
        .write(
            "b.yaml",
            service(
                "b",
                "",
                "type: NodePort, clusterIP: "
                    + ip
                    + ", ports: [{port: 80, nodePort: "
                    + port
                    + "}]"))
        .refresh("b.yaml");
    first.delete("b.yaml").refresh("b.yaml");
    List<String> moved = first.ips("a");
    List<ServicePort> ports = first.service("a").ports();
    assertThat(moved).doesNotContain(ip);
    assertThat(file).doesNotExist();
    first.folder.inForce();
    assertThat(file).exists();
    TestFolder second = new TestFolder(directory, settings).load();
    assertThat(second.ips("a")).isEqualTo(moved);
    assertThat(second.service("a").ports()).isEqualTo(ports);
    Files.writeString(file, "{\"version\": 1, \"services\": {\"x\": 3}");
    TestFolder third = new TestFolder(directory, settings).load();
    assertThat(third.ips("a")).containsExactly(ip);
    assertThat(third.problems()).hasSize(1).first().asString().contains("is damaged");
  }

  @Test
  void folderOfTheStateFileIsMade(@TempDir Path directory) {
    Path file = directory.resolve("not/there/yet/state");
    TestFolder folder =
        new TestFolder(directory, ManifestSettings.defaults("n").withStateFile(file))
            .write("a.yaml", plain("a"))
            .load();
    folder.folder.inForce();
    assertThat(folder.problems()).isEmpty();
    assertThat(file).exists();
  }

  @Test
  void stateFileThatCannotBeWrittenIsNamed(@TempDir Path directory) {
    ManifestSettings settings =
        ManifestSettings.defaults("n").withStateFile(directory.resolve("a.yaml/no-folder/state"));
    TestFolder folder = new TestFolder(directory, settings).write("a.yaml", plain("a")).load();
    folder.folder.inForce();
    assertThat(folder.problems()).hasSize(1).first().asString().contains("cannot be written");
    assertThat(folder.has("a")).isTrue();
  }
}
