// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ferrule.lab.Caller;
import dev.ferrule.lab.Command;
import dev.ferrule.lab.Lab;
import dev.ferrule.lab.LabPod;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ferrule explain} finds in the kernel, by reading it and by sending packets. */
@Tag("kernel")
class ExplainTest {

  private static final String WEB = "10.96.0.10:80";
  private static final String WEB6 = "[fd00:10:96::10]:80";
  private static final String EMPTY = "10.96.0.11:80";
  private static final String STICKY = "10.96.0.12:80";
  private static final String FAR = "203.0.113.80:80";

  @TempDir private static Path work;

  private static Cluster cluster;
  private static LabPod web;
  private static LabPod client;

  @BeforeAll
  static void create() {
    cluster = new Cluster(work);
    web = cluster.pod("web");
    client = cluster.pod("client");
    cluster.put(
        "web.yaml",
        Texts.service("web", List.of("10.96.0.10", "fd00:10:96::10"), "type: NodePort"));
    cluster.put("web-slices.yaml", Texts.slices("web", List.of(web)));
    cluster.put("empty.yaml", Texts.service("empty", "10.96.0.11"));
    cluster.put("sticky.yaml", Texts.service("sticky", "10.96.0.12", "sessionAffinity: ClientIP"));
    cluster.put("sticky-slices.yaml", Texts.slices("sticky", List.of(web, client)));
    cluster.put(
        "far.yaml",
        Texts.service("far", "10.96.0.13", "type: NodePort", "externalTrafficPolicy: Local")
            + "  externalIPs: [203.0.113.80]\n");
    String local = Texts.slice("far", "IPv4", List.of("10.244.2.9"));
    cluster.put("far-slices.yaml", local.replace("node1", "node2"));
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  @BeforeEach
  void apply() {
    cluster.nft("add table inet guard\ndelete table inet guard");
    assertThat(cluster.ferrule("apply").exit()).isZero();
  }

  @Test
  void theKernelAgreesAfterApply() throws IOException {
    JsonNode said = explain("--live", "node", WEB);
    assertThat(said.at("/kernel/agrees").asBoolean()).isTrue();
    assertThat(said.at("/kernel/outcome").asText()).isEqualTo(web.ipv4() + ":8080 (masqueraded)");
    assertThat(said.at("/kernel/differences")).isEmpty();
    assertThat(text("--live", "node", WEB)).contains("kernel agrees");
  }

  @Test
  void aMissingElementIsNamed() throws IOException {
    nft("delete element ip ferrule services { 10.96.0.10 . tcp . 80 }");
    JsonNode said = explain("--live", "node", WEB);
    assertThat(said.path("verdict").asText()).isEqualTo("dnat");
    assertThat(said.at("/kernel/agrees").asBoolean()).isFalse();
    assertThat(said.at("/kernel/outcome").asText()).isEqualTo("reject");
    assertThat(said.at("/kernel/differences").toString())
        .contains("missing: element services 10.96.0.10 . tcp . 80");
    assertThat(text("--live", "node", WEB)).contains("kernel disagrees: reject");
  }

  @Test
  void aRuleOfSomebodyElseInOurChainIsNamedAndNotGuessedAt() throws IOException {
    nft("insert rule ip ferrule dispatch meta mark 7 drop");
    JsonNode said = explain("--live", "node", WEB);
    assertThat(said.at("/kernel/agrees").asBoolean()).isFalse();
    assertThat(said.at("/kernel/outcome").asText()).contains("cannot be followed", "not ours");
    assertThat(said.at("/kernel/differences").toString()).contains("not ours: ");
  }

  @Test
  void withoutATableItSaysSo() throws IOException {
    nft("delete table ip ferrule");
    JsonNode said = explain("--send", "node", WEB);
    assertThat(said.at("/kernel/agrees").asBoolean()).isFalse();
    assertThat(said.at("/kernel/differences").toString()).contains("there is no table ip ferrule");
    assertThat(said.at("/packet/outcome").asText()).isEqualTo("pass");
    assertThat(said.at("/packet/agrees").asBoolean()).isTrue();
  }

  @Test
  void whereAClientWithAffinityStaysIsReadFromTheKernel() throws IOException {
    String pod;
    try (Caller caller = Caller.in(cluster.outside())) {
      pod = caller.getFrom(Lab.CLIENT_IPV4, "10.96.0.12", 80).server();
    }
    String address = (pod.equals("web") ? web : client).ipv4();
    JsonNode said = explain("--send", Lab.CLIENT_IPV4, STICKY);
    assertThat(said.path("endpoints")).hasSize(1);
    assertThat(said.at("/endpoints/0/address").asText()).isEqualTo(address);
    assertThat(said.at("/kernel/agrees").asBoolean()).isTrue();
    assertPacket(said, address + ":8080 (masqueraded)");
  }

  @Test
  void aPacketOfTheNodeDoesWhatWasSaid() throws IOException {
    assertPacket(explain("--send", "node", WEB), web.ipv4() + ":8080 (masqueraded)");
    assertPacket(explain("--send", "node", WEB + "/udp"), web.ipv4() + ":8080 (masqueraded)");
    assertPacket(explain("--send", "node", WEB6), "[" + web.ipv6() + "]:8080 (masqueraded)");
    assertPacket(
        explain("--send", "node", WEB6 + "/udp"), "[" + web.ipv6() + "]:8080 (masqueraded)");
    assertThat(cluster.host().exec("conntrack", "-L").output()).doesNotContain("10.96.0.10");
  }

  @Test
  void aPacketOfAPodDoesWhatWasSaid() throws IOException {
    assertPacket(explain("--send", client.ipv4(), WEB), web.ipv4() + ":8080");
    assertPacket(explain("--send", client.ipv4(), WEB + "/udp"), web.ipv4() + ":8080");
    assertPacket(explain("--send", client.ipv6(), WEB6), "[" + web.ipv6() + "]:8080");
    assertPacket(explain("--send", web.ipv4(), WEB), web.ipv4() + ":8080 (masqueraded)");
    assertThat(cluster.host().exec("conntrack", "-L").output()).doesNotContain("10.96.0.10");
    assertNothingLeft();
  }

  @Test
  void aPacketFromOutsideDoesWhatWasSaid() throws IOException {
    assertPacket(explain("--send", Lab.CLIENT_IPV4, WEB), web.ipv4() + ":8080 (masqueraded)");
    assertPacket(
        explain("--send", Lab.CLIENT_IPV6, WEB6 + "/udp"),
        "[" + web.ipv6() + "]:8080 (masqueraded)");
    String told = text("--send", Lab.CLIENT_IPV4, WEB);
    assertThat(told)
        .contains("Sent a packet from " + Lab.CLIENT_IPV4)
        .contains("let in by interface ferrule-trace")
        .contains("goto pick_1")
        .endsWith("packet agrees\n");
  }

  @Test
  void aRejectedPacketIsFollowedToTheRuleThatRejectsIt() throws IOException {
    for (String from : List.of("node", client.ipv4(), Lab.CLIENT_IPV4)) {
      assertPacket(explain("--send", from, EMPTY), "reject");
      assertPacket(explain("--send", from, EMPTY + "/udp"), "reject");
    }
    assertPacket(explain("--send", Lab.CLIENT_IPV4, "10.96.0.10:81"), "reject");
  }

  @Test
  void aDroppedPacketIsFollowedToTheRuleThatDropsIt() throws IOException {
    assertPacket(explain("--send", Lab.CLIENT_IPV4, FAR), "drop");
    assertPacket(explain("--send", Lab.CLIENT_IPV4, FAR + "/udp"), "drop");
  }

  @Test
  void aPacketThatPassesIsFollowedToo() throws IOException {
    assertPacket(explain("--send", "node", web.ipv4() + ":8080"), "pass");
    assertPacket(explain("--send", client.ipv4(), web.ipv4() + ":8080"), "pass");
    assertPacket(explain("--send", client.ipv4(), cluster.node().ipv4() + ":9"), "pass");
    assertPacket(explain("--send", "node", cluster.node().ipv4() + ":9/udp"), "pass");
  }

  @Test
  void aPacketThatSomebodyElsesRuleDropsIsADisagreementThatNamesIt() throws IOException {
    nft(
        """
        table inet guard {
          chain forward {
            type filter hook forward priority 10;
            ip daddr %s drop
          }
        }
        """
            .formatted(web.ipv4()));
    JsonNode packet = explain("--send", client.ipv4(), WEB).path("packet");
    assertThat(packet.path("agrees").asBoolean()).isFalse();
    assertThat(packet.path("outcome").asText())
        .isEqualTo("dropped by table inet guard, chain forward, which is not ours");
    assertThat(packet.path("difference").asText())
        .isEqualTo("the rules say " + web.ipv4() + ":8080");
    assertThat(packet.path("path").toString()).contains("nft -a list chain inet guard forward");
  }

  @Test
  void aTableOfAKilledRunIsRemoved() throws IOException {
    nft("table ip ferrule-trace {\nchain left_over {\n}\n}");
    assertPacket(explain("--send", "node", WEB), web.ipv4() + ":8080 (masqueraded)");
    assertNothingLeft();
    nft("table ip6 ferrule-trace {\nchain left_over {\n}\n}");
    assertPacket(explain("--send", "node", WEB), web.ipv4() + ":8080 (masqueraded)");
    assertNothingLeft();
    nft("add table ip ferrule-trace");
    Command.Result cleanup =
        Command.run(cluster.host().command(List.of(cluster.commandLine("").get(0), "cleanup")));
    assertThat(cleanup.output()).contains("- table ip ferrule ", "- table ferrule-trace");
    assertNothingLeft();
  }

  @Test
  void aRunThatIsKilledLeavesNothing() throws IOException {
    cluster.host().exec("ip", "route", "add", "unreachable", "198.18.0.1");
    List<String> words = cluster.commandLine("explain", "--send", client.ipv4(), "198.18.0.1:80");
    Process process = new ProcessBuilder(cluster.host().command(words)).start();
    Wait.until(
        Duration.ofSeconds(20),
        () -> cluster.list("list", "tables").contains("ferrule-trace") || !process.isAlive());
    assertThat(process.isAlive()).as("waits for half a second of silence").isTrue();
    process.destroyForcibly();
    Wait.until(Duration.ofSeconds(10), () -> !process.isAlive());
    assertNothingLeft();
  }

  @Test
  void aPacketThatTheKernelThrowsAwayItselfIsNotSeenAnyMore() throws IOException {
    cluster.host().exec("ip", "route", "add", "unreachable", "198.18.0.2");
    JsonNode packet = explain("--send", client.ipv4(), "198.18.0.2:80").path("packet");
    assertThat(packet.path("outcome").asText())
        .startsWith("not seen any more after table ip ferrule, chain ")
        .contains("for want of a route");
    assertThat(packet.path("agrees").asBoolean()).as("no rule was to stop it").isTrue();
  }

  @Test
  void withoutThePrivilegeToSendTheRestIsStillSaid() throws IOException {
    List<String> words = new ArrayList<>(List.of("setpriv", "--bounding-set", "-net_raw"));
    words.addAll(List.of("--inh-caps", "-net_raw"));
    words.addAll(cluster.commandLine("explain", "--send", "--output", "json", "node", WEB));
    Command.Result result = Command.run(cluster.host().command(words));
    assertThat(result.exit()).isZero();
    JsonNode said = new ObjectMapper().readTree(result.output());
    assertThat(said.at("/kernel/agrees").asBoolean()).isTrue();
    assertThat(said.at("/packet/sent").asBoolean()).isFalse();
    assertThat(said.at("/packet/why").asText()).contains("CAP_NET_RAW");
  }

  @Test
  void aPacketThatCannotComeInAsItShouldIsNotSent() throws IOException {
    String told =
        text(
            "--send",
            "--detect-local-mode",
            "InterfaceNamePrefix",
            "--pod-interface-name-prefix",
            "veth",
            "--in-interface",
            "veth1",
            client.ipv4(),
            WEB);
    assertThat(told).contains("No packet was sent: it would come in by ferrule-trace");
    assertThat(text("--send", "127.0.0.1", WEB))
        .contains("No packet was sent: could not send a packet", "as from loopback");
    String filter = "net.ipv4.conf.all.rp_filter";
    cluster.host().exec("sysctl", "-w", filter + "=1");
    try {
      assertThat(text("--send", client.ipv4(), WEB))
          .contains("No packet was sent: the kernel would drop it", filter + " is 1");
      assertPacket(explain("--send", client.ipv6(), WEB6), "[" + web.ipv6() + "]:8080");
    } finally {
      cluster.host().exec("sysctl", "-w", filter + "=0");
    }
  }

  private static void assertPacket(JsonNode said, String outcome) {
    JsonNode packet = said.path("packet");
    assertThat(packet.path("outcome").asText()).as(said.toPrettyString()).isEqualTo(outcome);
    assertThat(packet.path("agrees").asBoolean()).as(said.toPrettyString()).isTrue();
    assertThat(packet.path("sent").asBoolean()).isTrue();
  }

  private static void assertNothingLeft() {
    assertThat(cluster.list("list", "tables")).doesNotContain("ferrule-trace");
    assertThat(cluster.host().exec("ip", "link").output()).doesNotContain("ferrule-trace");
  }

  private static void nft(String script) {
    assertThat(cluster.nft(script).said()).isEmpty();
  }

  private static String text(String... words) {
    Command.Result result = cluster.ferrule("explain", words);
    assertThat(result.exit()).as(result.errors()).isZero();
    return result.output();
  }

  private static JsonNode explain(String... words) throws IOException {
    List<String> all = new ArrayList<>(List.of("--output", "json"));
    all.addAll(List.of(words));
    return new ObjectMapper().readTree(text(all.toArray(String[]::new)));
  }
}
