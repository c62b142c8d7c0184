// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.compile.ForwardingSettings;
import dev.ferrule.rules.compile.NodeContext;
import dev.ferrule.rules.compile.NodePortAddresses;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.NodeView;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HealthCheckAddressesTest {

  private static final List<String> HOST = List.of("192.0.2.1", "198.51.100.1", "2001:db8::1");

  @Test
  void withoutLimitsAllAddressesCount() {
    for (NodePortAddresses all :
        List.of(NodePortAddresses.PRIMARY, ranges("0.0.0.0/0", "::/0"), ranges("0.0.0.0/0"))) {
      assertThat(HealthCheckAddresses.of(all, context(all, HOST), Set.of()))
          .singleElement()
          .matches(InetAddress::isAnyLocalAddress);
    }
  }

  @Test
  void rangesChooseAddressesOfTheirFamilyAndLoopbackStays() {
    assertThat(texts(ranges("192.0.2.0/24"), HOST))
        .containsExactly("127.0.0.1", "0:0:0:0:0:0:0:1", "192.0.2.1", "2001:db8:0:0:0:0:0:1");
    assertThat(texts(ranges("192.0.2.0/24", "fd00::/8"), HOST))
        .containsExactly("127.0.0.1", "0:0:0:0:0:0:0:1", "192.0.2.1");
  }

  @Test
  void aHostWithoutIpv6NeedNotListenOnIt() {
    assertThat(texts(ranges("192.0.2.0/24"), List.of("192.0.2.1")))
        .containsExactly("127.0.0.1", "192.0.2.1");
  }

  @Test
  void addressesThatNoInterfaceHasYetCannotBeListenedOn() {
    NodePortAddresses chosen = ranges("192.0.2.0/24", "198.51.100.0/24");
    assertThat(
            HealthCheckAddresses.of(
                chosen, context(chosen, HOST), Set.of(IpAddress.parse("192.0.2.1"))))
        .extracting(InetAddress::getHostAddress)
        .contains("198.51.100.1")
        .doesNotContain("192.0.2.1");
  }

  @Test
  void addressesThatOnlyTheNodeObjectNamesCannotBeListenedOn() {
    NodePortAddresses chosen = ranges("203.0.113.0/24");
    NodeView node =
        new NodeView(
            "node-1",
            null,
            List.of(IpAddress.parse("203.0.113.1")),
            List.of(IpAddress.parse("192.0.2.1")),
            List.of());
    NodeContext context =
        NodeContext.of(node, new ForwardingSettings(chosen, List.of(), false, false));
    assertThat(HealthCheckAddresses.of(chosen, context, Set.of()))
        .extracting(InetAddress::getHostAddress)
        .containsExactly("127.0.0.1");
  }

  private static List<String> texts(NodePortAddresses chosen, List<String> host) {
    return HealthCheckAddresses.of(chosen, context(chosen, host), Set.of()).stream()
        .map(InetAddress::getHostAddress)
        .toList();
  }

  private static NodePortAddresses ranges(String... texts) {
    return new NodePortAddresses(Arrays.stream(texts).map(Cidr::parse).toList());
  }

  private static NodeContext context(NodePortAddresses chosen, List<String> host) {
    List<IpAddress> addresses = host.stream().map(IpAddress::parse).toList();
    return NodeContext.of(
        new NodeView("node-1", null, List.of(), addresses, List.of()),
        new ForwardingSettings(chosen, List.of(), false, false));
  }
}
