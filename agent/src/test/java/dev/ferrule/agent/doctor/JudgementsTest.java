// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.agent.config.ListenAddress;
import dev.ferrule.agent.config.LocalDetection;
import dev.ferrule.agent.config.PortRange;
import dev.ferrule.agent.conntrack.ConntrackInit;
import dev.ferrule.kernel.HostChains;
import dev.ferrule.kernel.IptablesChoice;
import dev.ferrule.kernel.IptablesVariant;
import dev.ferrule.kernel.KernelFeature;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is said of what was read. */
class JudgementsTest {

  private static final HostProcess AGENT = new HostProcess(42, "java");
  private static final HostProcess OTHER = new HostProcess(7, "nginx");
  private static final KernelFeature FIB =
      new KernelFeature("expression fib", "CONFIG_NFT_FIB_IPV4", "nft_fib_ipv4");

  @Test
  void kernelsBefore510AreTooOld() {
    expect(KernelCheck.judge("5.9.16-generic"), Severity.ERROR, "older than 5.10");
    expect(KernelCheck.judge("4.19.0-27-amd64"), Severity.ERROR, "4.19.0-27-amd64");
    expect(KernelCheck.judge("5.10.0"), Severity.OK, "");
    expect(KernelCheck.judge("6.1.0-18-amd64"), Severity.OK, "");
    assertThat(KernelCheck.judge("").seen()).isFalse();
  }

  @Test
  void anOptionThatIsLackingIsNamedWithItsModule() {
    List<Finding> findings =
        KernelOptionsCheck.judge(List.of(new KernelFeature.Lack(FIB, "ENOENT")));
    expect(findings.get(0), Severity.ERROR, "CONFIG_NFT_FIB_IPV4");
    assertThat(findings.get(0).evidence()).contains("ENOENT");
    assertThat(findings.get(0).remedy()).startsWith("modprobe nft_fib_ipv4");
    expect(KernelOptionsCheck.judge(List.of()).get(0), Severity.OK, "");
  }

  @Test
  void withoutPrivilegeTheWrittenOptionsCount() {
    Map<String, String> options =
        KernelConfig.parse("CONFIG_NFT_FIB_IPV4=m\n# CONFIG_NFT_CT is not set\nCONFIG_X=64\n");
    assertThat(options).containsExactly(Map.entry("CONFIG_NFT_FIB_IPV4", "m"));
    expect(
        KernelOptionsCheck.judgeWritten(List.of(FIB), options, "/boot/config-1"), Severity.OK, "");
    expect(
        KernelOptionsCheck.judgeWritten(List.of(FIB), Map.of(), "/boot/config-1"),
        Severity.ERROR,
        "/boot/config-1 lacks CONFIG_NFT_FIB_IPV4");
  }

  @Test
  void kubeProxyIsAnErrorWhileItRunsAndAWarningAfter() {
    expect(KubeProxyCheck.process(OptionalLong.of(9)).get(0), Severity.ERROR, "process 9");
    assertThat(KubeProxyCheck.process(OptionalLong.empty())).isEmpty();
    expect(KubeProxyCheck.rules(List.of("17 chains")), Severity.WARNING, "17 chains");
    expect(KubeProxyCheck.rules(List.of()), Severity.OK, "");
  }

  @Test
  void rulesOfTwoModesAreOneTooMany() {
    expect(OtherModeCheck.judge(List.of("tables"), List.of("chains")), Severity.WARNING, "chains");
    expect(OtherModeCheck.judge(List.of("a", "b"), List.of()), Severity.WARNING, "a and b");
    expect(OtherModeCheck.judge(List.of("tables"), List.of()), Severity.OK, "");
  }

  @Test
  void aForwardPolicyOfDropMattersUnlessAChainOfOursAccepts() {
    HostChains docker =
        new HostChains(IptablesVariant.NFT, IpFamily.IPV4, true, Set.of("DOCKER", "DOCKER-USER"));
    Finding finding = ForwardPolicyCheck.judge(List.of(docker), false).get(0);
    expect(finding, Severity.WARNING, "Docker's chains");
    assertThat(finding.remedy()).startsWith("iptables-nft -I DOCKER-USER -j ACCEPT");
    expect(ForwardPolicyCheck.judge(List.of(docker), true).get(0), Severity.OK, "");
    HostChains ufw =
        new HostChains(IptablesVariant.LEGACY, IpFamily.IPV6, true, Set.of("ufw6-user-input"));
    assertThat(ForwardPolicyCheck.judge(List.of(ufw), false).get(0).remedy())
        .isEqualTo("ufw default allow routed");
    HostChains open = new HostChains(IptablesVariant.NFT, IpFamily.IPV4, false, Set.of("DOCKER"));
    expect(ForwardPolicyCheck.judge(List.of(open), false).get(0), Severity.OK, "");
  }

  @Test
  void variantsThatBothHoldRulesAreWarnedOf() {
    IptablesChoice clean = new IptablesChoice(IptablesVariant.NFT, "reason", "");
    expect(IptablesCheck.judge(clean, true, null), Severity.OK, "");
    expect(IptablesCheck.judge(clean, true, IptablesVariant.LEGACY), Severity.WARNING, "legacy");
    expect(IptablesCheck.judge(clean, false, IptablesVariant.LEGACY), Severity.OK, "");
    IptablesChoice mixed = new IptablesChoice(IptablesVariant.NFT, "reason", "legacy holds 3");
    expect(IptablesCheck.judge(mixed, false, null), Severity.WARNING, "legacy holds 3");
  }

  @Test
  void otherProgramsThatTakeOrDropConnections() {
    expect(
        FirewalldCheck.judge(Set.of("inet firewalld")), Severity.WARNING, "table inet firewalld");
    expect(FirewalldCheck.judge(Set.of("ip filter")), Severity.OK, "");
    expect(FlushedRulesCheck.judge("flush ruleset\n", true), Severity.NOTE, "flush ruleset");
    expect(FlushedRulesCheck.judge("flush ruleset\n", false), Severity.OK, "");
    expect(FlushedRulesCheck.judge("# flush ruleset\n", true), Severity.OK, "");
    expect(EbpfProxyCheck.judge(List.of("eth0", "cilium_host")), Severity.NOTE, "Cilium");
    expect(EbpfProxyCheck.judge(List.of("bpfin.cali")), Severity.WARNING, "Calico");
    expect(EbpfProxyCheck.judge(List.of("eth0")), Severity.OK, "");
  }

  @Test
  void forwardingMustBeOn() {
    List<Finding> off = ForwardingCheck.judge(OptionalLong.of(0), OptionalLong.of(0), true);
    expect(off.get(0), Severity.ERROR, "net.ipv4.ip_forward is 0");
    expect(off.get(1), Severity.WARNING, "net.ipv6.conf.all.forwarding is 0");
    assertThat(ForwardingCheck.judge(OptionalLong.of(1), OptionalLong.of(0), false)).hasSize(1);
    assertThat(ForwardingCheck.judge(OptionalLong.of(1), OptionalLong.empty(), true)).hasSize(1);
  }

  @Test
  void theLargerReversePathFilterCounts() {
    expect(reversePath(1, 0), Severity.WARNING, "eth0");
    expect(reversePath(0, 1), Severity.WARNING, "eth0");
    expect(reversePath(2, 1), Severity.OK, "");
    expect(reversePath(0, 2), Severity.OK, "");
    expect(ReversePathCheck.judge(Map.of("lo", 1L, "default", 1L)), Severity.OK, "");
    expect(ReversePathCheck.judge(Map.of("all", 1L, "lo", 0L)), Severity.WARNING, "all.rp_filter");
  }

  private static Finding reversePath(long all, long eth0) {
    return ReversePathCheck.judge(Map.of("all", all, "eth0", eth0, "lo", 0L));
  }

  @Test
  void loopbackIsRoutedOnlyWhereItIsNeeded() {
    expect(RouteLocalnetCheck.judge(OptionalLong.of(1), false), Severity.NOTE, "not needed");
    expect(RouteLocalnetCheck.judge(OptionalLong.of(1), true), Severity.OK, "");
    expect(RouteLocalnetCheck.judge(OptionalLong.of(0), true), Severity.OK, "");
    expect(RouteLocalnetCheck.judge(OptionalLong.of(0), false), Severity.OK, "");
  }

  @Test
  void bridgesNeedNetfilter() {
    expect(BridgeCheck.judge(List.of("cni0"), OptionalLong.of(0)), Severity.WARNING, "cni0");
    expect(BridgeCheck.judge(List.of("cni0"), OptionalLong.empty()), Severity.WARNING, "cni0");
    expect(BridgeCheck.judge(List.of("cni0"), OptionalLong.of(1)), Severity.OK, "");
    expect(BridgeCheck.judge(List.of(), OptionalLong.empty()), Severity.OK, "");
  }

  @Test
  void aTableOfConnectionsThatIsTooSmallIsWorseThanAnotherTimeout() {
    List<Finding> findings =
        ConntrackLimitsCheck.judge(
            new ConntrackInit.Outcome(
                List.of(
                    "net.netfilter.nf_conntrack_max: 65536 -> 131072",
                    "net.netfilter.nf_conntrack_max: 300000 -> 131072",
                    "net.netfilter.nf_conntrack_udp_timeout: 30 -> 15"),
                List.of("why")));
    assertThat(findings)
        .extracting(Finding::severity)
        .containsExactly(Severity.WARNING, Severity.NOTE, Severity.NOTE, Severity.NOTE);
    assertThat(findings.get(0).evidence())
        .isEqualTo("net.netfilter.nf_conntrack_max is 65536, configured is 131072");
    assertThat(findings.get(0).remedy()).isEqualTo("ferrule init");
    assertThat(findings.get(1).remedy()).contains("conntrack.maxPerCore: 0 keeps");
    assertThat(findings.get(3).seen()).isFalse();
    expect(ConntrackFillCheck.judge(10, 100), Severity.OK, "10 of 100");
    expect(ConntrackFillCheck.judge(75, 100), Severity.WARNING, "75 %");
    expect(ConntrackFillCheck.judge(95, 100), Severity.ERROR, "95 %");
    expect(ConntrackFillCheck.judge(95, 0), Severity.OK, "");
  }

  @Test
  void nodePortsAndEphemeralPortsMustNotMeet() {
    PortRange range = new PortRange(30000, 32767);
    expect(NodePortRangeCheck.judge(range, "32768\t60999", ""), Severity.OK, "");
    Finding overlap = NodePortRangeCheck.judge(range, "32000 60999", "8080");
    expect(overlap, Severity.WARNING, "768 of the node ports 30000-32767");
    assertThat(overlap.remedy())
        .isEqualTo("sysctl -w net.ipv4.ip_local_reserved_ports=8080,30000-32767");
    expect(NodePortRangeCheck.judge(range, "1024 65535", "22,30000-32767"), Severity.OK, "");
    expect(NodePortRangeCheck.judge(range, "1024 65535", "30001-32767"), Severity.WARNING, "1 of");
    expect(NodePortRangeCheck.judge(range, "1024 2000", null), Severity.OK, "");
  }

  @Test
  void whoListensOnAPortOfOursIsNamed() {
    ListenAddress address = new ListenAddress(IpAddress.parse("0.0.0.0"), 10256);
    expect(PortsCheck.judge(address, false, null, null, false), Severity.OK, "free");
    expect(PortsCheck.judge(address, true, OTHER, null, false), Severity.WARNING, "nginx");
    expect(PortsCheck.judge(address, true, OTHER, AGENT, true), Severity.ERROR, "process 7");
    expect(PortsCheck.judge(address, true, AGENT, AGENT, true), Severity.OK, "process 42");
    expect(PortsCheck.judge(address, true, null, null, false), Severity.WARNING, "another program");
    assertThat(NodePortsCheck.judge(Map.of(30080, "default/web:http"), Map.of(30080, "nginx")))
        .singleElement()
        .satisfies(finding -> expect(finding, Severity.WARNING, "Service default/web:http"));
  }

  @Test
  void socketsThatListenAreFoundByTheirState() {
    assertThat(
            ListeningPorts.parse(
                """
                  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
                   0: 0100007F:2809 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0
                   1: 0100007F:0016 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 100 0 0 10 0
                """))
        .containsExactly(Map.entry(10249, "4711"));
  }

  @Test
  void anAgentIsKnownByItsCommandLine() {
    assertThat(HostProcess.isAgent(List.of("java", "-jar", "/x/ferrule-agent-0.1.jar", "run")))
        .isTrue();
    assertThat(HostProcess.isAgent(List.of("java", "dev.ferrule.agent.Ferrule", "run"))).isTrue();
    assertThat(HostProcess.isAgent(List.of("java", "dev.ferrule.agent.Ferrule", "plan"))).isFalse();
    assertThat(HostProcess.isAgent(List.of("vi", "ferrule-agent.txt", "run"))).isFalse();
  }

  @Test
  void capabilitiesOfTheAgentAreAnErrorAndOursANote() {
    String none = "Name:\tx\nCapEff:\t0000000000000000\n";
    expect(CapabilitiesCheck.judge(AGENT, none, false), Severity.ERROR, "CAP_NET_ADMIN");
    expect(CapabilitiesCheck.judge(null, none, false), Severity.NOTE, "this process");
    String admin = "CapEff:\t0000000000001000\n";
    expect(CapabilitiesCheck.judge(AGENT, admin, false), Severity.OK, "");
    expect(CapabilitiesCheck.judge(AGENT, admin, true), Severity.ERROR, "CAP_NET_RAW");
    expect(CapabilitiesCheck.judge(AGENT, "CapEff:\t000001ffffffffff", true), Severity.OK, "");
  }

  @Test
  void limitsOfFilesMemoryAndDisk() {
    String limits = "Max open files            256                 4096                 files\n";
    expect(OpenFilesCheck.judge("x", limits), Severity.WARNING, "256");
    expect(OpenFilesCheck.judge("x", limits.replace("256 ", "1024")), Severity.OK, "");
    expect(OpenFilesCheck.judge("x", "Max open files  unlimited  1 files"), Severity.OK, "");
    expect(
        MemoryCheck.judge(OptionalLong.of(256L << 20), 512L << 20, "17"), Severity.WARNING, "256");
    expect(MemoryCheck.judge(OptionalLong.of(1L << 30), 512L << 20, "17"), Severity.OK, "");
    expect(MemoryCheck.judge(OptionalLong.empty(), 512L << 20, "17"), Severity.OK, "no limit");
    Path there = Path.of("/var/lib/ferrule");
    expect(state(there, true, 1 << 20, true), Severity.WARNING, "1 MB");
    expect(state(there, false, 1 << 30, true), Severity.WARNING, "cannot be written");
    expect(state(there, false, 1 << 30, false), Severity.NOTE, "this user");
    expect(state(Path.of("/var/lib"), true, 1 << 30, true), Severity.OK, "not there yet");
  }

  private static Finding state(Path existing, boolean writable, long room, boolean root) {
    return StateDirectoryCheck.judge(
        new StateDirectoryCheck.Facts(Path.of("/var/lib/ferrule"), existing, writable, room), root);
  }

  @Test
  void theClockMustBeOfThisTime() {
    expect(ClockCheck.judge(Instant.EPOCH, true), Severity.ERROR, "1970");
    expect(ClockCheck.judge(Instant.parse("2026-01-01T00:00:00Z"), false), Severity.NOTE, "");
    expect(ClockCheck.judge(Instant.parse("2026-01-01T00:00:00Z"), true), Severity.OK, "");
  }

  @Test
  void whatTheNodeIs() {
    expect(PodRangeCheck.judge(new LocalDetection.ClusterCidr(List.of())), Severity.NOTE, "nobody");
    expect(
        PodRangeCheck.judge(new LocalDetection.ClusterCidr(List.of(Cidr.parse("10.0.0.0/8")))),
        Severity.OK,
        "10.0.0.0/8");
    expect(NodeNameCheck.judge("node-1", ""), Severity.NOTE, "node-1 does not resolve");
    expect(NodeNameCheck.judge("node-1", "192.0.2.1"), Severity.OK, "");
    expect(NodeAddressesCheck.judge(List.of()), Severity.WARNING, "no NodePort is open");
    expect(NftCheck.judge("nftables v1.0.6 (Lester Gooch #5)"), Severity.OK, "affinity over IPv6");
    assertThat(NftCheck.judge("nftables v1.1.1 (x)").evidence()).doesNotContain("IPv6");
    expect(NftCheck.judge(""), Severity.OK, "no nft");
    expect(Inputs.source("dir", 3, List.of("a", "b", "c", "d")), Severity.WARNING, "4 problems: a");
    expect(Inputs.configuration("bad"), Severity.ERROR, "bad");
  }

  private static void expect(Finding finding, Severity severity, String words) {
    assertThat(finding.evidence()).contains(words);
    assertThat(finding.severity()).as(finding.evidence()).isEqualTo(severity);
    assertThat(finding.remedy().isEmpty()).isEqualTo(severity == Severity.OK);
  }
}
