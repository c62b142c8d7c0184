// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.kernel.HostAddresses.HostAddress;
import java.nio.file.Files;
import java.nio.file.Path;
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
    veth();
    try (HostAddresses addresses = HostAddresses.open()) {
      Command.run("ip", "address", "add", "2001:db8::7/64", "dev", "left");
      assertThat(reachable(addresses)).isEmpty();
      while (reachable(addresses).isEmpty()) {
        assertThat(addresses.awaitChange(LONG)).isTrue();
      }
      assertThat(reachable(addresses)).containsExactly("2001:db8::7/64");
    }
  }

  @KernelTest
  void anAddressThatIsADuplicateIsLeftOut() throws Exception {
    veth();
    try (HostAddresses addresses = HostAddresses.open()) {
      Command.run("ip", "address", "add", "2001:db8::8/64", "dev", "right", "nodad");
      Command.run("ip", "address", "add", "2001:db8::8/64", "dev", "left");
      awaitDuplicate();
      assertThat(addresses.list())
          .filteredOn(HostAddress::isReachable)
          .as("only the other interface's")
          .hasSize(1);
    }
  }

  private static void awaitDuplicate() throws Exception {
    long end = System.nanoTime() + LONG.toNanos();
    while (!Command.run("ip", "address", "show", "dev", "left").contains("dadfailed")) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(20);
    }
  }

  @KernelTest
  void addressesOfEveryKindAreToldApart() throws Exception {
    veth();
    try (HostAddresses addresses = HostAddresses.open()) {
      Command.run("ip", "address", "add", "169.254.7.7/16", "dev", "left");
      Command.run("ip", "address", "add", "fe80::7/64", "dev", "left", "nodad");
      Command.run("ip", "address", "add", "192.0.2.1", "peer", "192.0.2.2", "dev", "left");
      Command.run(
          "ip", "address", "add", "2001:db8::1/64", "dev", "left", "nodad", "preferred_lft", "0");
      assertThat(Command.run("ip", "address", "show", "dev", "left")).contains("deprecated");
      assertThat(reachable(addresses))
          .as("link-local ones are not reachable, deprecated ones still are")
          .containsExactly("192.0.2.1/32", "2001:db8::1/64");
      assertThat(texts(addresses.list())).contains("169.254.7.7/16", "fe80::7/64");
    }
  }

  @KernelTest
  void whatHappensToAnInterfaceHappensToItsAddresses() throws Exception {
    veth();
    try (HostAddresses addresses = HostAddresses.open()) {
      Command.run("ip", "address", "add", "192.0.2.1/24", "dev", "left");
      Command.run("ip", "address", "add", "2001:db8::1/64", "dev", "left", "nodad");
      assertThat(addresses.awaitChange(LONG)).isTrue();
      // Linux takes IPv6 addresses away from an interface that is down, but no IPv4 addresses.
      Command.run("ip", "link", "set", "left", "down");
      assertThat(addresses.awaitChange(LONG)).isTrue();
      assertThat(reachable(addresses)).containsExactly("192.0.2.1/24");
      Command.run("ip", "address", "replace", "192.0.2.1/25", "dev", "left");
      assertThat(addresses.awaitChange(LONG)).isTrue();
      assertThat(reachable(addresses)).containsExactly("192.0.2.1/24", "192.0.2.1/25");
      Command.run("ip", "link", "delete", "left");
      assertThat(addresses.awaitChange(LONG)).isTrue();
      assertThat(reachable(addresses)).isEmpty();
    }
  }

  @KernelTest
  void moreNewsThanThereIsRoomForIsStillNews() throws Exception {
    veth();
    Path batch = Files.createTempFile("addresses", ".ip");
    try (HostAddresses addresses = HostAddresses.open()) {
      // Each is news of some 700 bytes to a socket that holds 8 MB.
      String toAndFro =
          "address add 198.51.100.1/32 dev left\naddress del 198.51.100.1/32 dev left\n";
      Files.writeString(batch, toAndFro.repeat(10_000) + "address add 192.0.2.1/24 dev left\n");
      Command.run("ip", "-batch", batch.toString());
      assertThat(overruns()).as("the kernel dropped some").isPositive();
      assertThat(addresses.awaitChange(LONG)).isTrue();
      assertThat(reachable(addresses)).containsExactly("192.0.2.1/24");
      while (addresses.awaitChange(SOON)) {
        // What was still in the buffer.
      }
      Command.run("ip", "address", "del", "192.0.2.1/24", "dev", "left");
      assertThat(addresses.awaitChange(LONG)).isTrue();
      assertThat(reachable(addresses)).isEmpty();
    } finally {
      Files.delete(batch);
    }
  }

  /** News that netlink sockets of this namespace lost: the ninth column, one line a socket. */
  private static long overruns() throws Exception {
    return Command.run("cat", "/proc/thread-self/net/netlink")
        .lines()
        .skip(1)
        .mapToLong(line -> Long.parseLong(line.trim().split("\\s+", -1)[8]))
        .sum();
  }

  private static void veth() throws Exception {
    Command.run("ip", "link", "add", "left", "type", "veth", "peer", "name", "right");
    Command.run("ip", "link", "set", "left", "up");
    Command.run("ip", "link", "set", "right", "up");
  }

  private static List<String> reachable(HostAddresses addresses) throws KernelException {
    return texts(addresses.list().stream().filter(HostAddress::isReachable).toList());
  }

  private static List<String> texts(List<HostAddress> addresses) {
    return addresses.stream().map(a -> a.address() + "/" + a.prefix()).toList();
  }
}
