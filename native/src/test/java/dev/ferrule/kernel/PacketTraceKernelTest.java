// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.compile.FrontendKey;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.Protocol;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Test packets of all kinds through rules of nft, in a namespace with one more interface. */
final class PacketTraceKernelTest {

  private static final String NODE = "192.168.0.2";
  private static final String NODE6 = "fd00::2";
  private static final String CLIENT = "203.0.113.9";
  private static final String CLIENT6 = "2001:db8::9";
  private static final String SERVICE = "10.96.0.10";
  private static final String SERVICE6 = "fd00:10:96::10";
  private static final String ENDPOINT = "10.244.0.1";
  private static final String ENDPOINT6 = "fd00:10:244::1";

  @KernelTest
  void aPacketOfTheNodeIsFollowedUntilItLeaves() throws Exception {
    wire();
    translate("output");
    for (Protocol protocol : Protocol.values()) {
      assertThat(fromNode(packet(NODE, SERVICE, protocol)))
          .as(protocol.text())
          .isEqualTo("rule 1: dnat -> " + ENDPOINT + ":8080");
      assertThat(fromNode(packet(NODE6, SERVICE6, protocol)))
          .as(protocol.text())
          .isEqualTo("rule 1: dnat -> [" + ENDPOINT6 + "]:8080");
    }
  }

  @KernelTest
  void aPacketOfSomebodyElseComesInByAnInterfaceOfItsOwn() throws Exception {
    wire();
    translate("prerouting");
    for (Protocol protocol : Protocol.values()) {
      assertThat(fromOutside(packet(CLIENT, SERVICE, protocol)))
          .as(protocol.text())
          .isEqualTo("rule 1: dnat -> " + ENDPOINT + ":8080");
      assertThat(fromOutside(packet(CLIENT6, SERVICE6, protocol)))
          .as(protocol.text())
          .isEqualTo("rule 1: dnat -> [" + ENDPOINT6 + "]:8080");
    }
    assertThat(Command.run("ip", "link")).doesNotContain("ferrule");
  }

  @KernelTest
  void aPacketForTheNodeIsFollowedThroughLoopback() throws Exception {
    wire();
    TestPacket packet = packet(NODE, NODE, Protocol.UDP);
    try (PacketTrace trace = PacketTrace.open(packet);
        RawSocket socket = RawSocket.open(IpFamily.IPV4)) {
      List<TraceEvent> events = trace.follow(socket::send);
      assertThat(events.get(events.size() - 1).isDelivery()).as("%s", events).isTrue();
      assertThat(events).extracting(TraceEvent::chain).contains("output", "postrouting", "input");
    }
  }

  @KernelTest
  void theRuleThatDropsAPacketIsItsEnd() throws Exception {
    wire();
    Command.nft(
        """
        table inet guard {
          chain early {
            type filter hook prerouting priority -150;
            ip daddr 10.96.0.10 jump deeper
          }
          chain deeper {
            drop
          }
        }
        """);
    try (PacketTrace trace = PacketTrace.open(packet(CLIENT, SERVICE, Protocol.TCP));
        TunDevice device = TunDevice.open()) {
      List<TraceEvent> events = trace.follow(device::send);
      TraceEvent last = events.get(events.size() - 1);
      assertThat(last.isDrop()).isTrue();
      assertThat(last.family() + " " + last.table() + " " + last.chain())
          .isEqualTo("inet guard deeper");
      assertThat(Command.run("nft", "-a", "list", "chain", "inet", "guard", "deeper"))
          .contains("drop # handle " + last.rule());
      assertThat(events).extracting(TraceEvent::verdict).contains("jump deeper");
    }
  }

  @KernelTest
  void otherPacketsThatAreTracedMeanwhileAreNotTakenForIt() throws Exception {
    wire();
    Command.nft(
        """
        table ip loud {
          chain c {
            type filter hook output priority -2000;
            meta nftrace set 1
          }
        }
        """);
    TestPacket packet = packet(NODE, SERVICE, Protocol.UDP);
    TestPacket other = new TestPacket(packet.from(), 41_000, packet.to(), packet.label() + 1);
    try (PacketTrace trace = PacketTrace.open(packet);
        RawSocket socket = RawSocket.open(IpFamily.IPV4)) {
      socket.send(other);
      List<TraceEvent> events = trace.follow(socket::send);
      assertThat(events.get(events.size() - 1).isDeparture()).isTrue();
      assertThat(events).filteredOn(e -> e.table().equals("loud")).hasSize(2);
    }
  }

  @KernelTest
  void theTableGoesWithTheTraceAndALeftOverOneIsRemoved() throws Exception {
    wire();
    assertThat(PacketTrace.removeLeftOver()).isFalse();
    Command.nft("table ip6 ferrule-trace {\n chain c {\n }\n}\n");
    assertThat(PacketTrace.removeLeftOver()).isTrue();
    Command.nft("table ip ferrule-trace {\n chain left_over {\n }\n}\n");
    TestPacket packet = packet(NODE, SERVICE, Protocol.TCP);
    PacketTrace trace = PacketTrace.open(packet);
    assertThat(Command.run("nft", "list", "ruleset"))
        .contains("table ip ferrule-trace", "meta nftrace set 1")
        .doesNotContain("left_over");
    assertThatThrownBy(() -> PacketTrace.open(packet)).hasMessageContaining("another ferrule");
    trace.close();
    assertThat(Command.run("nft", "list", "ruleset")).isEmpty();
  }

  private static void wire() throws Exception {
    for (String line :
        List.of(
            "link set lo up",
            "link add out type veth peer name far",
            "link set far up",
            "link set out up",
            "address add " + NODE + "/24 dev out",
            "address add " + NODE6 + "/64 dev out nodad",
            "neighbor add 192.168.0.1 lladdr 02:00:00:00:00:01 dev out",
            "neighbor add fd00::1 lladdr 02:00:00:00:00:01 dev out",
            "route add default via 192.168.0.1",
            "-6 route add default via fd00::1")) {
      Command.run(("ip " + line).split(" "));
    }
    Command.run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
  }

  private static void translate(String hook) throws Exception {
    for (String family : List.of("ip", "ip6")) {
      boolean ipv4 = family.equals("ip");
      String to = ipv4 ? ENDPOINT : "[" + ENDPOINT6 + "]";
      Command.nft(
          String.format(
              "table %s t {%n chain c {%n  type nat hook %s priority -100;%n"
                  + "  %s daddr %s meta l4proto { tcp, udp, sctp } dnat to %s:8080%n }%n}%n",
              family, hook, family, ipv4 ? SERVICE : SERVICE6, to));
    }
  }

  private static TestPacket packet(String from, String to, Protocol protocol) {
    return new TestPacket(
        IpAddress.parse(from), 40_000, new FrontendKey(IpAddress.parse(to), protocol, 80), 4711);
  }

  private static String fromNode(TestPacket packet) throws KernelException {
    try (PacketTrace trace = PacketTrace.open(packet);
        RawSocket socket = RawSocket.open(packet.to().family())) {
      return text(trace.follow(socket::send));
    }
  }

  private static String fromOutside(TestPacket packet) throws KernelException {
    try (PacketTrace trace = PacketTrace.open(packet);
        TunDevice device = TunDevice.open()) {
      return text(trace.follow(device::send));
    }
  }

  /** The rules of others that had a say, and where the packet left to. */
  private static String text(List<TraceEvent> events) {
    TraceEvent last = events.get(events.size() - 1);
    long rules =
        events.stream()
            .filter(e -> e.kind() == TraceEvent.Kind.RULE && !e.isOfTraceTable())
            .filter(e -> e.table().equals("t") && e.verdict().equals("accept"))
            .count();
    SeenPacket seen = last.isDeparture() ? last.packet() : null;
    return "rule " + rules + ": dnat -> " + destination(seen);
  }

  private static @Nullable Backend destination(@Nullable SeenPacket packet) {
    return packet == null ? null : packet.destination();
  }
}
