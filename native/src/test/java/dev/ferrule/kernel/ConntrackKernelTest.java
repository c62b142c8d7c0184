// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.rules.conntrack.ConntrackEntry;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.Protocol;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Entries that {@code conntrack} of conntrack-tools puts into the table, and looks for. */
final class ConntrackKernelTest {

  private static final int IPS_CONFIRMED = 1 << 3;
  private static final int IPS_DST_NAT = 1 << 5;

  @KernelTest
  void entriesOfOneFamilyAndProtocolAreGivenWithAllThatTellsThem() throws Exception {
    add("udp", "10.244.0.9", 4000, "10.96.0.10", 53, "10.244.0.1", 5353);
    add("udp", "10.244.0.9", 4001, "10.96.0.10", 53, "10.96.0.10", 53);
    add("udp", "fd00:10:244::9", 4002, "fd00:10:96::10", 53, "fd00:10:244::1", 5353);
    add(
        "tcp",
        "10.244.0.9",
        4003,
        "10.96.0.10",
        53,
        "10.244.0.1",
        5353,
        "--state",
        "ESTABLISHED",
        "-u",
        "ASSURED");
    try (Conntrack conntrack = Conntrack.open()) {
      List<ConntrackEntry> udp = entries(conntrack, IpFamily.IPV4, Protocol.UDP);
      assertThat(udp)
          .extracting(ConntrackKernelTest::text)
          .containsExactly(
              "10.244.0.9:4000 > 10.96.0.10:53/udp < 10.244.0.1:5353",
              "10.244.0.9:4001 > 10.96.0.10:53/udp < 10.96.0.10:53");
      assertThat(udp).extracting(ConntrackEntry::isTranslated).containsExactly(true, false);
      assertThat(udp).allMatch(entry -> (entry.status() & IPS_CONFIRMED) != 0);
      assertThat(udp.get(0).status() & IPS_DST_NAT).isNotZero();
      assertThat(udp).extracting(ConntrackEntry::zone).containsExactly(0, 0);
      assertThat(udp.get(0).id()).isNotEqualTo(udp.get(1).id());
      assertThat(entries(conntrack, IpFamily.IPV6, Protocol.UDP))
          .extracting(ConntrackKernelTest::text)
          .containsExactly("fd00:10:244::9:4002 > [fd00:10:96::10]:53/udp < [fd00:10:244::1]:5353");
      assertThat(entries(conntrack, IpFamily.IPV4, Protocol.TCP))
          .extracting(ConntrackKernelTest::text)
          .containsExactly("10.244.0.9:4003 > 10.96.0.10:53/tcp < 10.244.0.1:5353");
      assertThat(entries(conntrack, IpFamily.IPV6, Protocol.TCP)).isEmpty();
    }
  }

  @KernelTest
  void exactlyTheEntryThatWasSeenIsDeleted() throws Exception {
    add("udp", "10.244.0.9", 4000, "10.96.0.10", 53, "10.244.0.1", 5353);
    add("udp", "10.244.0.9", 4001, "10.96.0.10", 53, "10.244.0.1", 5353);
    add("udp", "fd00:10:244::9", 4000, "fd00:10:96::10", 53, "fd00:10:244::1", 5353);
    try (Conntrack conntrack = Conntrack.open()) {
      ConntrackEntry first = entries(conntrack, IpFamily.IPV4, Protocol.UDP).get(0);
      ConntrackEntry sixth = entries(conntrack, IpFamily.IPV6, Protocol.UDP).get(0);
      assertThat(conntrack.delete(first)).isTrue();
      assertThat(conntrack.delete(first)).as("gone already").isFalse();
      assertThat(conntrack.delete(sixth)).isTrue();
      assertThat(entries(conntrack, IpFamily.IPV4, Protocol.UDP))
          .extracting(ConntrackEntry::sourcePort)
          .containsExactly(4001);
      assertThat(entries(conntrack, IpFamily.IPV6, Protocol.UDP)).isEmpty();
    }
  }

  @KernelTest
  void aNewEntryBetweenTheSameAddressesIsNotTakenForTheOldOne() throws Exception {
    add("udp", "10.244.0.9", 4000, "10.96.0.10", 53, "10.244.0.1", 5353);
    try (Conntrack conntrack = Conntrack.open()) {
      ConntrackEntry seen = entries(conntrack, IpFamily.IPV4, Protocol.UDP).get(0);
      ConntrackEntry other =
          new ConntrackEntry(
              seen.source(),
              seen.sourcePort(),
              seen.destination(),
              seen.replySource(),
              seen.zone(),
              seen.id() ^ 1,
              seen.status());
      assertThat(conntrack.delete(other)).isFalse();
      assertThat(entries(conntrack, IpFamily.IPV4, Protocol.UDP)).containsExactly(seen);
    }
  }

  @KernelTest
  void theSameAddressesInTwoZonesAreTwoEntries() throws Exception {
    add("udp", "10.244.0.9", 4000, "10.96.0.10", 53, "10.244.0.1", 5353);
    add("udp", "10.244.0.9", 4000, "10.96.0.10", 53, "10.244.0.2", 5353, "--zone", "7");
    add("udp", "10.244.0.9", 4000, "10.96.0.10", 53, "10.244.0.3", 5353, "--orig-zone", "8");
    try (Conntrack conntrack = Conntrack.open()) {
      List<ConntrackEntry> all = entries(conntrack, IpFamily.IPV4, Protocol.UDP);
      assertThat(all).extracting(ConntrackEntry::zone).containsExactly(0, 7, 8);
      assertThat(conntrack.delete(all.get(1))).isTrue();
      assertThat(conntrack.delete(all.get(2))).isTrue();
      assertThat(entries(conntrack, IpFamily.IPV4, Protocol.UDP)).containsExactly(all.get(0));
      assertThat(conntrack.delete(all.get(0))).isTrue();
      assertThat(entries(conntrack, IpFamily.IPV4, Protocol.UDP)).isEmpty();
    }
  }

  @KernelTest
  void entriesMayBeDeletedWhileTheyAreRead() throws Exception {
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 3000; i++) {
      many.append(
          String.format(
              "-I -p udp -s 10.244.0.9 -d 10.96.0.10 --sport %d --dport 53 -r 10.244.0.%d"
                  + " -q 10.244.0.9 --reply-port-src 53 --reply-port-dst %d -t 300%n",
              4000 + i, i % 3, 4000 + i));
    }
    Command.conntrack(many.toString());
    try (Conntrack conntrack = Conntrack.open()) {
      int[] deleted = new int[1];
      conntrack.forEach(
          IpFamily.IPV4,
          Protocol.UDP,
          entry -> {
            if (entry.replySource().address().toString().equals("10.244.0.1")
                && conntrack.delete(entry)) {
              deleted[0]++;
            }
          });
      assertThat(deleted[0]).isEqualTo(1000);
      assertThat(entries(conntrack, IpFamily.IPV4, Protocol.UDP)).hasSize(2000);
    }
  }

  @KernelTest
  void anEmptyTableIsNoError() throws Exception {
    try (Conntrack conntrack = Conntrack.open()) {
      for (IpFamily family : IpFamily.values()) {
        for (Protocol protocol : Protocol.values()) {
          assertThat(entries(conntrack, family, protocol)).isEmpty();
        }
      }
    }
  }

  private static List<ConntrackEntry> entries(
      Conntrack conntrack, IpFamily family, Protocol protocol) throws KernelException {
    List<ConntrackEntry> entries = new ArrayList<>();
    conntrack.forEach(family, protocol, entries::add);
    entries.sort(
        Comparator.comparing(ConntrackEntry::sourcePort).thenComparing(ConntrackEntry::zone));
    return entries;
  }

  private static String text(ConntrackEntry entry) {
    return entry.source()
        + ":"
        + entry.sourcePort()
        + " > "
        + entry.destination()
        + " < "
        + entry.replySource();
  }

  /** Makes an entry, translated if answers come from elsewhere than where the client sent it. */
  private static void add(
      String protocol,
      String source,
      int sourcePort,
      String destination,
      int port,
      String replySource,
      int replyPort,
      String... more)
      throws IOException, InterruptedException {
    String words =
        String.format(
            "conntrack -I -p %s -s %s --sport %d -d %s --dport %d -r %s --reply-port-src %d"
                + " -q %s --reply-port-dst %d -t 300",
            protocol, source, sourcePort, destination, port, destination, port, source, sourcePort);
    List<String> all = new ArrayList<>(List.of(words.split(" ")));
    if (!destination.equals(replySource)) {
      String address = replySource.contains(":") ? "[" + replySource + "]" : replySource;
      all.addAll(List.of("-g", address + ":" + replyPort));
    }
    all.addAll(List.of(more));
    Command.run(all.toArray(String[]::new));
  }
}
