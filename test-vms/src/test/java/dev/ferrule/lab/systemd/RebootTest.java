// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.Caller;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine with the package that is shut down, loses its rules and its address, and is booted. */
@Tag("kernel")
class RebootTest {

  private static final int NODE_PORT = 30480;
  private static final int POD_PORT = 8080;
  private static final Duration BETWEEN_CONNECTIONS = Duration.ofMillis(10);

  @TempDir private Path work;

  private Lab lab;
  private EchoServers servers;
  private NetNamespace node;

  @BeforeEach
  void open() throws IOException {
    lab = Lab.open(1);
    servers = EchoServers.start();
    node = lab.node(1).namespace();
    LabPod server = lab.addPod(lab.node(1), "server");
    servers.listen(server.namespace(), "server", List.of(server.ipv4()), POD_PORT, Protocol.TCP);
    Files.copy(DebPackage.built(), work.resolve("ferrule.deb"));
    DebPackage.earlier(work);
    Files.writeString(
        work.resolve("web.yaml"),
        """
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec: {type: NodePort, clusterIP: 10.96.4.1, ports: [{port: 80, nodePort: %d}]}
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}
        addressType: IPv4
        ports: [{name: "", port: %d}]
        endpoints: [{addresses: ["%s"], nodeName: node1}]
        """
            .formatted(NODE_PORT, POD_PORT, server.ipv4()));
    network(server);
  }

  /** Does what ifupdown does: it gives the host its address, and takes it away at a shutdown. */
  private void network(LabPod server) throws IOException {
    String address = lab.node(1).ipv4();
    Files.writeString(
        work.resolve("network-up"),
        """
        nft list ruleset > /var/lib/rules-before-network
        ip route replace %s/32 dev %s
        ip address replace %s/24 dev eth0
        ip route replace default via 192.168.0.1
        """
            .formatted(server.ipv4(), server.cable(), address));
    Files.writeString(
        work.resolve("network-down"), "ip address del %s/24 dev eth0\n".formatted(address));
    Files.writeString(
        work.resolve("lab-network.service"),
        """
        [Unit]
        DefaultDependencies=no
        After=local-fs.target network-pre.target
        Wants=network.target
        Before=network.target
        Conflicts=shutdown.target
        Before=shutdown.target

        [Service]
        Type=oneshot
        RemainAfterExit=yes
        ExecStart=/bin/sh -e /opt/work/network-up
        ExecStop=/bin/sh -e /opt/work/network-down

        [Install]
        WantedBy=multi-user.target
        """);
  }

  @AfterEach
  void close() {
    servers.close();
    lab.close();
  }

  private Machine boot(Disk disk) {
    return Machine.boot(disk, node, "node1", Map.of("/opt/work", work), work);
  }

  @Test
  void rulesAreThereBeforeTheNetworkIs() {
    try (Disk disk = Disk.of(MachineRoot.BOOKWORM, work)) {
      try (Machine machine = boot(disk)) {
        // nftables.service flushes the ruleset at each boot.
        machine.must(
            "cp /opt/work/lab-network.service /etc/systemd/system; systemctl enable --now"
                + " lab-network; systemctl enable nftables; dpkg --install /opt/work/earlier.deb;"
                + " cp /opt/work/web.yaml /etc/ferrule/manifests/");
        machine.must("dpkg --install /opt/work/ferrule.deb; systemctl restart ferrule");
        Wait.untilEqual(
            true,
            () ->
                machine
                    .must("cat /var/lib/ferrule/addresses.state || true")
                    .contains(lab.node(1).ipv4()));
        // That is for boots alone.
        assertThat(property(machine, "ferrule-restore", "ActiveState")).isEqualTo("inactive");
        assertThat(property(machine, "ferrule-restore", "ExecMainStartTimestampMonotonic"))
            .isEqualTo("0");
        assertThat(machine.must("systemd-analyze verify --man=no ferrule-restore.service 2>&1"))
            .isEmpty();
      }
      assertThat(node.exec("ip", "-4", "address", "show", "dev", "eth0").output()).isEmpty();
      node.exec("nft", "flush", "ruleset");

      Caller outside = Caller.in(lab.outside(), Duration.ofSeconds(1));
      SteadyTraffic traffic =
          SteadyTraffic.start(outside, lab.node(1).ipv4(), NODE_PORT, BETWEEN_CONNECTIONS);
      try (Machine machine = boot(disk)) {
        Service service = new Service(machine);
        service.awaitTold("in step with", 1);
        Wait.pause(Duration.ofMillis(500));
        SteadyTraffic.Tally tally = traffic.stop();
        String journal = machine.must("journalctl --boot --no-pager --output=short-monotonic");
        assertThat(tally.answered()).as(journal).isNotEmpty();
        // Until the address is there nobody answers; then the first packet is served.
        assertThat(tally.failed().keySet())
            .as(journal)
            .noneMatch(failure -> failure.contains("refused") || failure.contains("reset"));
        assertThat(machine.must("cat /var/lib/rules-before-network"))
            .contains(lab.node(1).ipv4() + " . tcp . " + NODE_PORT);
        assertThat(service.journal()).doesNotContain("committed in");
        assertThat(journal).doesNotContainIgnoringCase("ordering cycle");
        assertThat(property(machine, "ferrule-restore", "Result")).isEqualTo("success");
        long restored = active(machine, "ferrule-restore.service");
        assertThat(restored).as(journal).isPositive();
        assertThat(restored).isLessThanOrEqualTo(active(machine, "network-pre.target"));
        assertThat(restored)
            .isLessThanOrEqualTo(
                Long.parseLong(property(machine, "ferrule", "ExecMainStartTimestampMonotonic")));
        assertThat(restored).isGreaterThanOrEqualTo(active(machine, "nftables.service"));
      }
    }
  }

  /** When it became active, in microseconds since the boot. */
  private static long active(Machine machine, String unit) {
    return Long.parseLong(property(machine, unit, "ActiveEnterTimestampMonotonic"));
  }

  private static String property(Machine machine, String unit, String name) {
    return machine.must("systemctl show --value --property=" + name + " " + unit);
  }
}
