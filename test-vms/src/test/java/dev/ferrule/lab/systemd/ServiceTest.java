// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.Caller;
import dev.ferrule.lab.Command;
import dev.ferrule.lab.EchoServers;
import dev.ferrule.lab.Lab;
import dev.ferrule.lab.LabPod;
import dev.ferrule.lab.NetNamespace;
import dev.ferrule.lab.Protocol;
import dev.ferrule.lab.SteadyTraffic;
import dev.ferrule.lab.agent.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever becomes of the service, no connection of those who use it fails. The unit is the one
 * that is installed; where a test would have to wait for one of its times, that is made shorter.
 */
@Tag("kernel")
class ServiceTest {

  private static final String CLUSTER_IP = "10.96.4.1";
  private static final int NODE_PORT = 30480;
  private static final int POD_PORT = 8080;
  private static final Duration BETWEEN_CONNECTIONS = Duration.ofMillis(10);
  private static final Pattern EXPOSURE =
      Pattern.compile("Overall exposure level for ferrule.*\\.service: (\\d+\\.\\d+)");

  @TempDir private static Path work;

  private static Lab lab;
  private static EchoServers servers;
  private static LabPod client;
  private static Machine machine;
  private static Service service;
  private static Path config;

  private List<SteadyTraffic> traffic = List.of();

  @BeforeAll
  static void install() throws IOException {
    Path etc = Files.createDirectories(work.resolve("etc"));
    Path installed = work.resolve("installed");
    Command.Result laidOut =
        Command.run(List.of("../packaging/systemd/install", "--root", installed.toString()));
    assertThat(laidOut.exit()).as(laidOut.said()).isZero();
    lab = Lab.open(1);
    servers = EchoServers.start();
    client = lab.addPod(lab.node(1), "client");
    LabPod server = lab.addPod(lab.node(1), "server");
    servers.listen(server.namespace(), "server", List.of(server.ipv4()), POD_PORT, Protocol.TCP);
    config = etc.resolve("config.yaml");
    Path manifests = Files.createDirectories(etc.resolve("manifests"));
    configure("");
    Files.writeString(
        manifests.resolve("web.yaml"),
        """
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec: {type: NodePort, clusterIP: %s, ports: [{port: 80, nodePort: %d}]}
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}
        addressType: IPv4
        ports: [{name: "", port: %d}]
        endpoints: [{addresses: ["%s"], nodeName: node1}]
        """
            .formatted(CLUSTER_IP, NODE_PORT, POD_PORT, server.ipv4()));
    NetNamespace node = lab.node(1).namespace();
    machine =
        Machine.boot(node, "node1", Map.of("/opt/installed", installed, "/etc/ferrule", etc), work);
    machine.must(
        "cp -a /opt/installed/usr /; cp -a /opt/installed/etc/default /etc/; systemd-sysusers;"
            + " systemctl daemon-reload");
    service = new Service(machine);
    service.dropIn("test", "[Service]\nWatchdogSec=4\nRestartSec=200ms\n");
  }

  @AfterAll
  static void close() {
    if (machine != null) {
      machine.close();
    }
    servers.close();
    lab.close();
  }

  private static void configure(String more) throws IOException {
    Files.writeString(
        config,
        """
        apiVersion: kubeproxy.config.k8s.io/v1alpha1
        kind: KubeProxyConfiguration
        clusterCIDR: 10.244.0.0/16
        ferrule: {manifests: /etc/ferrule/manifests}
        """
            + more);
  }

  @BeforeEach
  void serve() throws IOException {
    configure("");
    machine.must("systemctl reset-failed ferrule || true; systemctl start ferrule");
    traffic =
        List.of(
            start(client.namespace(), CLUSTER_IP, 80),
            start(lab.outside(), lab.node(1).ipv4(), NODE_PORT));
  }

  private static SteadyTraffic start(NetNamespace from, String address, int port) {
    return SteadyTraffic.start(Caller.in(from), address, port, BETWEEN_CONNECTIONS);
  }

  @AfterEach
  void nobodyWasRefused() {
    SteadyTraffic.Tally tally = SteadyTraffic.stopAll(traffic);
    assertThat(tally.failed()).as(service.journal()).isEmpty();
    assertThat(tally.connections()).isPositive();
  }

  @Test
  void theJournalKnowsHowMuchALineMatters() throws IOException {
    int reloads = service.told("not reloaded:");
    Path faulty = config.resolveSibling("manifests/faulty.yaml");
    Files.writeString(faulty, "apiVersion: v1\nkind: Service\nmetadata: {name: 'Not a name'}\n");
    try {
      service.awaitTold("skipped: faulty.yaml", 1);
      configure("mode: none\n");
      machine.must("systemctl reload ferrule");
      service.awaitTold("not reloaded:", reloads + 1);
    } finally {
      Files.delete(faulty);
      configure("");
    }
    assertThat(journal("-p err")).contains("not reloaded:").doesNotContain("skipped: faulty.yaml");
    assertThat(journal("-p warning"))
        .contains("not reloaded:", "skipped: faulty.yaml")
        .doesNotContain("in step with");
    assertThat(journal("")).contains("in step with").doesNotContain("<6>");
  }

  @Test
  void theJournalGetsObjectsOfJsonOnRequest() throws IOException {
    Files.writeString(
        config, Files.readString(config).replace("manifests}", "manifests, logFormat: json}"));
    machine.must("systemctl reload ferrule");
    service.awaitTold("\"level\":\"info\",\"message\":\"in step with", 1);
    configure("");
    int before = service.told("in step with");
    machine.must("systemctl reload ferrule");
    service.awaitTold("in step with", before + 1);
  }

  private static String journal(String options) {
    return machine.must("journalctl --unit=ferrule --output=cat --no-pager " + options);
  }

  @Test
  void aStartEndsOnceTheRulesAreInTheKernel() throws IOException {
    SteadyTraffic.Tally before = SteadyTraffic.stopAll(traffic);
    assertThat(before.failed()).isEmpty();
    machine.must("systemctl stop ferrule; ferrule cleanup");
    try (Caller caller = Caller.in(client.namespace())) {
      machine.must("systemctl start ferrule");
      assertThat(caller.get(CLUSTER_IP, 80).server()).isEqualTo("server");
    }
    assertThat(service.property("SubState")).isEqualTo("running");
    Wait.untilEqual(true, () -> service.property("StatusText").startsWith("1 Services, "));
    // What ferrule-init.service can set in a container: the limit itself belongs to the host.
    assertThat(machine.must("cat /proc/sys/net/netfilter/nf_conntrack_tcp_timeout_established"))
        .isEqualTo("86400");
    assertThat(machine.must("cat /proc/sys/net/ipv4/ip_forward")).isEqualTo("1");
    serve();
  }

  @Test
  void theSandboxIsInEffectAndAsTightAsPromised() {
    for (String unit : List.of("ferrule.service", "ferrule-restore.service")) {
      Command.Result security = machine.run("systemd-analyze", "security", "--no-pager", unit);
      Matcher exposure = EXPOSURE.matcher(security.output());
      assertThat(exposure.find()).as(security.said()).isTrue();
      assertThat(Double.parseDouble(exposure.group(1)))
          .as(security.output())
          .isLessThanOrEqualTo(2.0);
    }
    String status = machine.must("cat /proc/" + service.pid() + "/status");
    String onlyNetAdmin = "0000000000001000";
    for (String set : List.of("CapEff", "CapPrm", "CapBnd", "CapAmb")) {
      assertThat(status).containsPattern(set + ":\\s+" + onlyNetAdmin);
    }
    assertThat(status).containsPattern("Seccomp:\\s+2").containsPattern("NoNewPrivs:\\s+1");
    String user = machine.must("id -u ferrule");
    assertThat(user).isNotEqualTo("0");
    assertThat(status).containsPattern("Uid:(\\s+" + user + "){4}\n");
    assertThat(machine.must("stat --format '%F %A %G' /run/ferrule/ferrule.sock"))
        .isEqualTo("socket srw-rw---- ferrule");
    // Nothing but its state, its runtime directory and its own /tmp can be written.
    String mounts = machine.must("cat /proc/" + service.pid() + "/mountinfo");
    assertThat(mounts.lines().filter(line -> line.contains(" / / ")))
        .allMatch(ServiceTest::isReadOnly);
    assertThat(mounts.lines().filter(line -> line.contains(" /proc/sys ")))
        .allMatch(ServiceTest::isReadOnly);
  }

  private static boolean isReadOnly(String mount) {
    return List.of(mount.split(" ")).get(5).startsWith("ro");
  }

  @Test
  void aFrozenProcessIsKilledAndTheNextAdoptsItsRules() {
    String pid = service.pid();
    int restarts = service.restarts();
    int inStep = service.told("in step with");
    machine.must("kill -STOP " + pid);
    Wait.untilEqual(restarts + 1, service::restarts);
    service.awaitTold("in step with", inStep + 1);
    service.awaitState("active");
    assertThat(service.pid()).isNotEqualTo(pid);
    assertThat(service.told("Watchdog timeout")).isPositive();
  }

  @Test
  void itLivesLongerThanTheWatchdogWaits() {
    String pid = service.pid();
    Wait.pause(Duration.ofSeconds(6));
    assertThat(service.pid()).isEqualTo(pid);
  }

  @Test
  void aReloadTellsAndChangesWhatIsDifferent() throws IOException {
    String pid = service.pid();
    int inStep = service.told("in step with");
    configure(
        "nodePortAddresses: [192.168.0.0/24, 127.0.0.0/8]\nnftables: {masqueradeAll: true}\n");
    machine.must("systemctl reload ferrule");
    service.awaitTold("in step with", inStep + 1);
    assertThat(service.journal())
        .contains("nodePortAddresses: unset -> 192.168.0.0/24,127.0.0.0/8")
        .contains("nftables.masqueradeAll: false (default) -> true");
    service.awaitState("active");
    assertThat(service.pid()).isEqualTo(pid);
    assertThat(service.property("StatusText")).contains("1 Services");
  }

  @Test
  void settingsThatWillNotDoChangeNothing() throws IOException {
    String pid = service.pid();
    int refusals = service.told("not reloaded");
    configure("mode: bogus\n");
    machine.must("systemctl reload ferrule");
    service.awaitTold("not reloaded", refusals + 1);
    assertThat(service.journal()).contains("config.yaml:5").contains("settings of before stay");
    Wait.untilEqual(
        true, () -> service.property("StatusText").contains("on disk are not in force"));
    service.awaitState("active");
    int inStep = service.told("in step with");
    configure("");
    machine.must("systemctl reload ferrule");
    service.awaitTold("in step with", inStep + 1);
    assertThat(service.pid()).isEqualTo(pid);
  }

  @Test
  void aPortThatIsTakenBringsTheOldSettingsBack() throws IOException {
    String pid = service.pid();
    int inStep = service.told("in step with");
    String address = lab.node(1).ipv4();
    List<EchoServers.Server> taken =
        servers.listen(lab.node(1).namespace(), "taken", List.of(address), 10299, Protocol.TCP);
    configure("healthzBindAddress: " + address + ":10299\nbindAddressHardFail: true\n");
    machine.must("systemctl reload ferrule");
    service.awaitTold("going back to the settings of before", 1);
    service.awaitTold("in step with", inStep + 1);
    taken.forEach(EchoServers.Server::close);
    service.awaitState("active");
    assertThat(service.pid()).isEqualTo(pid);
  }

  @Test
  void whatCrashesAgainAndAgainIsGivenUpAndItsRulesStay() throws IOException {
    configure("mode: bogus\n");
    service.dropIn("limit", "[Unit]\nStartLimitBurst=3\n");
    machine.run("systemctl", "restart", "--no-block", "ferrule");
    service.awaitState("failed");
    assertThat(service.told("Start request repeated too quickly")).isPositive();
    Wait.pause(Duration.ofMillis(300));
    service.removeDropIn("limit");
    configure("");
    machine.must("systemctl reset-failed ferrule || true; systemctl start ferrule");
  }

  @Test
  void aStopAndAKillLeaveTheRules() {
    machine.must("systemctl stop ferrule");
    Wait.pause(Duration.ofMillis(300));
    assertThat(service.property("Result")).isEqualTo("success");
    machine.must("systemctl start ferrule");
    int restarts = service.restarts();
    machine.must("systemctl kill --signal=KILL ferrule");
    Wait.untilEqual(restarts + 1, service::restarts);
    service.awaitState("active");
  }

  @Test
  void modeIptablesRunsInTheSandboxWithItsDropIn() throws IOException {
    machine.must(
        "mkdir -p /run/systemd/system/ferrule.service.d; cp /usr/share/ferrule/iptables.conf"
            + " /run/systemd/system/ferrule.service.d/; systemctl daemon-reload");
    configure("mode: iptables\n");
    machine.must("systemctl restart ferrule");
    assertThat(machine.must("iptables-save -t nat")).contains(CLUSTER_IP);
    assertThat(machine.must("cat /proc/sys/net/ipv4/conf/all/route_localnet")).isEqualTo("1");
    Wait.untilEqual(false, () -> machine.must("nft list tables").contains("table ip ferrule"));
    machine.must("rm /run/systemd/system/ferrule.service.d/iptables.conf; systemctl daemon-reload");
    configure("");
    machine.must("systemctl restart ferrule");
    // What the other mode left is removed right after the commit that makes the service ready.
    Wait.untilEqual(false, () -> machine.must("iptables-save -t nat").contains(CLUSTER_IP));
  }
}
