// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.Caller;
import dev.ferrule.lab.EchoServers;
import dev.ferrule.lab.Lab;
import dev.ferrule.lab.LabPod;
import dev.ferrule.lab.Protocol;
import dev.ferrule.lab.SteadyTraffic;
import dev.ferrule.lab.agent.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an administrator does with the package, on machines whose Services are in use. */
@Tag("kernel")
class PackageTest {

  private static final String CLUSTER_IP = "10.96.4.1";
  private static final int POD_PORT = 8080;
  private static final Duration BETWEEN_CONNECTIONS = Duration.ofMillis(10);
  private static final String RULES =
      "nft --stateless list ruleset; for one in nft legacy; do iptables-$one-save | sed '/^#/d; s/"
          + " .[0-9].*//'; done";

  @TempDir private Path work;

  private Lab lab;
  private EchoServers servers;
  private LabPod client;

  @BeforeEach
  void open() throws IOException {
    lab = Lab.open(1);
    servers = EchoServers.start();
    client = lab.addPod(lab.node(1), "client");
    LabPod server = lab.addPod(lab.node(1), "server");
    servers.listen(server.namespace(), "server", List.of(server.ipv4()), POD_PORT, Protocol.TCP);
    Files.copy(DebPackage.built(), work.resolve("ferrule.deb"));
    Files.writeString(
        work.resolve("web.yaml"),
        """
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec: {clusterIP: %s, ports: [{port: 80}]}
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}
        addressType: IPv4
        ports: [{name: "", port: %d}]
        endpoints: [{addresses: ["%s"], nodeName: node1}]
        """
            .formatted(CLUSTER_IP, POD_PORT, server.ipv4()));
  }

  @AfterEach
  void close() {
    servers.close();
    lab.close();
  }

  private Machine machine(String suite) {
    return Machine.boot(suite, lab.node(1).namespace(), "node1", Map.of("/opt/work", work), work);
  }

  private SteadyTraffic traffic() {
    Caller caller = Caller.in(client.namespace());
    return SteadyTraffic.start(caller, CLUSTER_IP, 80, BETWEEN_CONNECTIONS);
  }

  private static void install(Machine machine) {
    machine.must("dpkg --install /opt/work/ferrule.deb");
  }

  private static void serve(Machine machine) {
    machine.must("cp /opt/work/web.yaml /etc/ferrule/manifests/");
    Wait.untilEqual(
        true,
        () -> machine.run("nft", "list", "table", "ip", "ferrule").output().contains(CLUSTER_IP));
  }

  /** More with {@code -Dferrule.debian=bookworm,trixie}; making a machine takes minutes. */
  static List<String> releases() {
    return List.of(System.getProperty("ferrule.debian", MachineRoot.BOOKWORM).split(","));
  }

  @ParameterizedTest
  @MethodSource("releases")
  void fromTheInstallationToThePurgeNoConnectionFails(String suite) {
    DebPackage.later(work);
    try (Machine machine = machine(suite)) {
      machine.must(
          "nft add table ip other; nft add chain ip other keep; iptables -t nat -N OTHER;"
              + " iptables -t nat -A OUTPUT -j OTHER");
      final String rulesBefore = machine.must(RULES);
      install(machine);
      Service service = new Service(machine);
      assertThat(service.property("UnitFileState")).isEqualTo("enabled");
      assertThat(service.property("ActiveState")).as(service.journal()).isEqualTo("active");
      assertThat(machine.must("ferrule version")).startsWith("ferrule ");
      assertThat(machine.must("ls /usr/share/ferrule")).contains("ferrule.jsa");
      serve(machine);

      SteadyTraffic traffic = traffic();
      final String firstProcess = service.pid();
      machine.must(
          "sed -i 's,^#clusterCIDR: \"\",clusterCIDR: 10.244.0.0/16,' /etc/ferrule/config.yaml;"
              + " systemctl reload ferrule");
      service.awaitTold("clusterCIDR", 1);
      machine.must("dpkg --install /opt/work/later.deb");
      service.awaitState("active");
      assertThat(service.pid()).isNotEqualTo(firstProcess);
      assertThat(machine.must("cat /proc/" + service.pid() + "/cmdline | tr '\\0' ' '"))
          .contains("ferrule-agent-99.1.jar");
      assertThat(machine.must("grep clusterCIDR: /etc/ferrule/config.yaml"))
          .isEqualTo("clusterCIDR: 10.244.0.0/16");

      machine.must("dpkg --remove ferrule");
      assertThat(machine.run("ferrule", "version").exit()).isNotZero();
      assertThat(service.property("ActiveState")).isEqualTo("inactive");
      assertThat(machine.must("nft list tables")).contains("table ip ferrule");
      machine.must("dpkg --install /opt/work/later.deb");
      service.awaitState("active");
      machine.must("dpkg --remove ferrule");
      Wait.pause(Duration.ofMillis(300));
      SteadyTraffic.Tally tally = traffic.stop();
      assertThat(tally.failed()).isEmpty();
      assertThat(tally.connections()).isPositive();

      machine.must("dpkg --purge ferrule");
      assertThat(machine.must(RULES)).isEqualTo(rulesBefore);
      assertThat(machine.must("getent passwd ferrule || echo gone")).isEqualTo("gone");
      assertThat(machine.must("find /etc /usr /run/systemd /var/lib -name '*ferrule*'")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nft", "legacy"})
  void aPurgeTakesTheChainsOfIptablesAsWell(String variant) {
    try (Machine machine = machine(MachineRoot.BOOKWORM)) {
      String tool = "iptables-" + variant;
      machine.must(
          tool
              + " -t nat -N OTHER; "
              + tool
              + " -t nat -A PREROUTING -j OTHER; "
              + "ip6tables-"
              + variant
              + " -t filter -N OTHER");
      final String saved = machine.must(tool + "-save | grep -v '^#'");
      install(machine);
      machine.must(
          "systemctl stop ferrule; cp /opt/work/web.yaml /etc/ferrule/manifests/; ferrule apply"
              + " --config /etc/ferrule/config.yaml --mode iptables --iptables-variant "
              + variant);
      assertThat(machine.must(tool + "-save")).contains("FERRULE-", CLUSTER_IP);
      machine.must("dpkg --purge ferrule");
      assertThat(chains(machine.must(tool + "-save | grep -v '^#'"))).isEqualTo(chains(saved));
      assertThat(machine.must("ip6tables-" + variant + "-save"))
          .contains("OTHER")
          .doesNotContain("FERRULE-");
    }
  }

  /** Without the tables that our rules made and that are empty now. */
  private static List<String> chains(String saved) {
    return saved
        .lines()
        .filter(line -> line.startsWith("-") || line.startsWith(":OTHER"))
        .map(line -> line.replaceAll(" \\[.*", ""))
        .toList();
  }

  @Test
  void besideKubeProxyItIsInstalledButNotStarted() {
    try (Machine machine = machine(MachineRoot.BOOKWORM)) {
      machine.must("cp /bin/sleep /tmp/kube-proxy; systemd-run --unit=proxy /tmp/kube-proxy 1000");
      Wait.untilEqual(true, () -> machine.must("cat /proc/[0-9]*/comm").contains("kube-proxy"));
      assertThat(machine.run("dpkg", "--install", "/opt/work/ferrule.deb").said())
          .contains("kube-proxy runs on this node", "ferrule migrate");
      Service service = new Service(machine);
      assertThat(service.property("UnitFileState")).isEqualTo("disabled");
      assertThat(service.property("ActiveState")).isEqualTo("inactive");
      machine.must("systemctl stop proxy; dpkg --install /opt/work/ferrule.deb");
      assertThat(service.property("UnitFileState")).isEqualTo("disabled");
      assertThat(service.property("ActiveState")).isEqualTo("inactive");
      assertThat(machine.must("nft list tables")).doesNotContain("ferrule");
    }
  }

  @Test
  void whatAnotherFerruleOfThisHostUsesIsNotPurged() {
    try (Machine machine = machine(MachineRoot.BOOKWORM)) {
      install(machine);
      serve(machine);
      machine.must(
          "systemctl stop ferrule; cp -r /usr/share/ferrule /opt/other; mkdir /opt/state;"
              + " systemd-run --unit=other java -jar /opt/other/ferrule-agent-*.jar run --manifests"
              + " /opt/work --state-directory /opt/state");
      Wait.untilEqual(
          true, () -> machine.must("journalctl --unit=other -o cat").contains("in step with"));
      assertThat(machine.run("dpkg", "--purge", "ferrule").said())
          .contains("another Ferrule runs on this host");
      assertThat(machine.must("nft list tables")).contains("table ip ferrule");
    }
  }
}
