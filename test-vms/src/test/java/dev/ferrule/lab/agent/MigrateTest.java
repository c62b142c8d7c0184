// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.lab.Caller;
import dev.ferrule.lab.Command;
import dev.ferrule.lab.LabPod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From kube-proxy's rules to ours on a node that is in use. */
@Tag("kernel")
class MigrateTest {

  private static final int PODS = 3;

  @TempDir private Path work;

  private Cluster cluster;
  private final List<LabPod> pods = new ArrayList<>();

  @BeforeEach
  void create() {
    cluster = new Cluster(work);
    for (int i = 1; i <= PODS; i++) {
      pods.add(cluster.pod("web-" + i));
    }
    ServiceTraffic.serve(cluster, pods);
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @ParameterizedTest
  @CsvSource({
    "nft, NFTABLES",
    "nft, IPTABLES_NFT",
    "legacy, IPTABLES_NFT",
    "legacy, IPTABLES_LEGACY",
    "nftables, NFTABLES",
    "nftables, IPTABLES_LEGACY"
  })
  void noConnectionFailsAndOnlyWhatIsOfTheKubeletStays(String from, Mode to) {
    LabPod client = cluster.pod("client");
    write(from);
    ServiceTraffic traffic = ServiceTraffic.start(cluster, client);
    Wait.pause(Duration.ofMillis(500));
    Command.Result result = cluster.ferrule("migrate", to.flags("--execute"));
    Wait.pause(Duration.ofMillis(500));
    traffic.stopAndExpectNoFailure("from kube-proxy with " + from + " to " + to, PODS);
    assertThat(result.exit()).as(result.said()).isZero();
    assertThat(result.output()).contains("removed kube-proxy's");
    assertThat(to.traces(cluster.host())).isNotEmpty();

    List<String> left =
        Mode.everything(cluster.host()).stream().filter(line -> line.contains("KUBE-")).toList();
    if (from.equals("nftables")) {
      assertThat(left).isEmpty();
    } else {
      List<String> ofOneFamily =
          List.of(
              ":KUBE-FIREWALL - ",
              ":KUBE-IPTABLES-HINT - ",
              ":KUBE-KUBELET-CANARY - ",
              ":KUBE-KUBELET-CANARY - ",
              ":KUBE-KUBELET-CANARY - ",
              "-A INPUT -j KUBE-FIREWALL",
              "-A OUTPUT -j KUBE-FIREWALL");
      List<String> expected = new ArrayList<>(ofOneFamily);
      expected.addAll(ofOneFamily);
      assertThat(left).containsExactlyInAnyOrderElementsOf(expected);
    }
    assertThat(Mode.everything(cluster.host())).noneMatch(line -> line.contains("kube-proxy"));

    Command.Result again = cluster.ferrule("migrate", to.flags());
    assertThat(again.exit()).as(again.said()).isZero();
    assertThat(again.output()).contains("Nothing to do.");
  }

  @Test
  void thePlanChangesNothing() {
    new KubeProxyShape(cluster.node(), pods).writeIptables("nft");
    new KubeProxyShape(cluster.node(), pods).writeNftables();
    assertThat(cluster.ferrule("apply", Mode.IPTABLES_LEGACY.flags()).exit()).isZero();
    List<String> before = Mode.everything(cluster.host());
    Command.Result plan = cluster.ferrule("migrate", Mode.NFTABLES.flags());
    assertThat(plan.exit()).as(plan.said()).isEqualTo(2);
    assertThat(plan.output())
        .contains("1. Our rules, mode nftables:")
        .contains("will be written. Plan: Services +1")
        .contains("- our chains of iptables-legacy")
        .contains("- kube-proxy's 17 chains of iptables-nft for IPv4")
        .contains("- kube-proxy's tables ip kube-proxy and ip6 kube-proxy of nftables")
        .contains("Nothing was changed.");
    assertThat(Mode.everything(cluster.host())).isEqualTo(before);
  }

  @Test
  void chainsThatOthersUseStayWithWhatTheyNeed() {
    new KubeProxyShape(cluster.node(), pods).writeIptables("nft");
    for (String rule :
        List.of("-N CNI-HOSTPORT", "-A CNI-HOSTPORT -s 10.244.1.9/32 -j KUBE-MARK-MASQ")) {
      List<String> words = new ArrayList<>(List.of("iptables-nft", "-t", "nat"));
      words.addAll(List.of(rule.split(" ")));
      assertThat(cluster.host().exec(words.toArray(String[]::new)).exit()).isZero();
    }
    Command.Result result = cluster.ferrule("migrate", Mode.NFTABLES.flags("--execute"));
    assertThat(result.exit()).as(result.said()).isZero();
    assertThat(result.output())
        .contains("KUBE-MARK-MASQ, KUBE-POSTROUTING in table nat of iptables-nft (IPv4) stays");
    String nat = cluster.host().exec("iptables-nft-save", "-t", "nat").output();
    assertThat(nat)
        .contains("-A CNI-HOSTPORT -s 10.244.1.9/32 -j KUBE-MARK-MASQ")
        .contains("-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000")
        .contains("MASQUERADE --random-fully")
        .contains("-j KUBE-POSTROUTING")
        .doesNotContain("KUBE-SERVICES")
        .doesNotContain("KUBE-SEP");
  }

  @ParameterizedTest
  @CsvSource({
    "nft, NFTABLES",
    "legacy, NFTABLES",
    "nft, IPTABLES_LEGACY",
    "legacy, IPTABLES_LEGACY"
  })
  void clientsWithSessionAffinityStayWithTheirPods(String from, Mode to) throws IOException {
    List<String> clients = new ArrayList<>();
    for (int i = 10; i < 22; i++) {
      clients.add("203.0.113." + i);
      clients.add("2001:db8:113::" + i);
    }
    clients.forEach(cluster::addOutsideAddress);
    cluster.put(
        "web.yaml",
        Texts.service(
            "web",
            List.of(ServiceTraffic.IPV4, ServiceTraffic.IPV6),
            "sessionAffinity: ClientIP",
            "ipFamilyPolicy: RequireDualStack"));
    new KubeProxyShape(cluster.node(), pods).sticky().writeIptables(from);
    try (Caller caller = Caller.in(cluster.outside())) {
      Map<String, String> first = podOfEach(caller, clients);
      assertThat(new HashSet<>(first.values())).hasSizeGreaterThan(1);
      assertThat(podOfEach(caller, clients)).isEqualTo(first);
      Command.Result result = cluster.ferrule("migrate", to.flags("--execute"));
      assertThat(result.exit()).as(result.said()).isZero();
      assertThat(result.errors()).doesNotContain("may be given other endpoints");
      assertThat(podOfEach(caller, clients)).isEqualTo(first);
    }
  }

  private static Map<String, String> podOfEach(Caller caller, List<String> clients)
      throws IOException {
    Map<String, String> pods = new TreeMap<>();
    for (String client : clients) {
      String address = client.contains(":") ? ServiceTraffic.IPV6 : ServiceTraffic.IPV4;
      pods.put(client, caller.getFrom(client, address, 80).server());
    }
    return pods;
  }

  @Test
  void aKubeProxyThatRunsIsNamedAndNothingIsChanged() throws Exception {
    new KubeProxyShape(cluster.node(), pods).writeNftables();
    Path program = work.resolve("kube-proxy");
    Files.copy(Path.of("/bin/sleep"), program, StandardCopyOption.COPY_ATTRIBUTES);
    Process running = new ProcessBuilder(program.toString(), "60").start();
    try {
      List<String> before = Mode.everything(cluster.host());
      Command.Result refused = cluster.ferrule("migrate", Mode.NFTABLES.flags("--execute"));
      assertThat(refused.exit()).isEqualTo(1);
      assertThat(refused.errors())
          .contains("kube-proxy runs on this node (process " + running.pid());
      assertThat(Mode.everything(cluster.host())).isEqualTo(before);
      Command.Result plan = cluster.ferrule("migrate", Mode.NFTABLES.flags());
      assertThat(plan.output()).contains("First: kube-proxy runs on this node");
      Command.Result forced =
          cluster.ferrule("migrate", Mode.NFTABLES.flags("--execute", "--force"));
      assertThat(forced.exit()).as(forced.said()).isZero();
      assertThat(Mode.everything(cluster.host())).noneMatch(line -> line.contains("kube-proxy"));
    } finally {
      running.destroyForcibly().waitFor();
    }
  }

  private void write(String from) {
    KubeProxyShape shape = new KubeProxyShape(cluster.node(), pods);
    if (from.equals("nftables")) {
      shape.writeNftables();
    } else {
      shape.writeIptables(from);
    }
  }
}
