// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.kernel.HostAddresses.HostAddress;
import java.time.Duration;
import java.util.List;

/** Addresses that {@code ip address} adds and removes. */
final class HostAddressesKernelTest {

  private static final Duration SOON = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofSeconds(20);

  @KernelTest
  void addressesAreListedAndFollowed() throws Exception {
    try (HostAddresses addresses = HostAddresses.open()) {
      assertThat(addresses.list()).isEmpty();
      assertThat(addresses.awaitChange(SOON)).isFalse();
      Command.run("ip", "link", "add", "node0", "type", "veth", "peer", "name", "far0");
      Command.run("ip", "link", "set", "node0", "up");
      Command.run("ip", "link", "set", "lo", "up");
      Command.run("ip", "address", "add", "192.0.2.1/24", "dev", "node0");
      assertThat(addresses.awaitChange(LONG)).isTrue();
      Command.run("ip", "address", "add", "2001:db8::1/64", "dev", "node0", "nodad");
      assertThat(reachable(addresses)).containsExactly("192.0.2.1/24", "2001:db8::1/64");
      assertThat(texts(addresses.list())).contains("127.0.0.1/8", "::1/128");
      Command.run("ip", "address", "del", "192.0.2.1/24", "dev", "node0");
      assertThat(reachable(addresses)).containsExactly("2001:db8::1/64");
    }
  }

  @KernelTest
  void anAddressThatMayBeADuplicateIsLeftOut() throws Exception {
    Command.run("ip", "link", "add", "left", "type", "veth", "peer", "name", "right");
    Command.run("ip", "link", "set", "left", "up");
    Command.run("ip", "link", "set", "right", "up");
    try (HostAddresses addresses = HostAddresses.open()) {
      Command.run("ip", "address", "add", "2001:db8::7/64", "dev", "left");
      assertThat(reachable(addresses)).isEmpty();
      while (reachable(addresses).isEmpty()) {
        assertThat(addresses.awaitChange(LONG)).isTrue();
      }
      assertThat(reachable(addresses)).containsExactly("2001:db8::7/64");
    }
  }

  private static List<String> reachable(HostAddresses addresses) throws KernelException {
    return texts(addresses.list().stream().filter(HostAddress::isReachable).toList());
  }

  private static List<String> texts(List<HostAddress> addresses) {
    return addresses.stream().map(a -> a.address() + "/" + a.prefix()).toList();
  }
}
