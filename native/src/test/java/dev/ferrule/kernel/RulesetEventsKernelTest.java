// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferrule.kernel.RulesetEvents.State;
import dev.ferrule.rules.diff.Operation;
import dev.ferrule.rules.diff.Transaction;
import dev.ferrule.rules.model.IpFamily;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/** What the kernel tells of other programs' commits. */
final class RulesetEventsKernelTest {

  private static final Duration SOON = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @KernelTest
  void aForeignCommitToOurTableIsKnownWithItsProgram() throws Exception {
    try (NftablesKernel kernel = withTable();
        RulesetEvents events = RulesetEvents.ofTables(kernel)) {
      events.join();
      int before = kernel.generation();
      Command.nft("add chain ip ferrule intruder\nadd rule ip ferrule intruder accept\n");
      assertThat(events.await(PATIENCE)).isTrue();
      RulesetEvents.Verdict verdict = events.between(before, kernel.generation());
      assertThat(verdict.state()).isEqualTo(State.TOUCHED);
      ForeignCommit commit = verdict.commits().get(0);
      assertThat(commit.processName()).isEqualTo("nft");
      assertThat(commit.processId()).isPositive();
      assertThat(commit.objects()).isEqualTo(2);
      assertThat(commit.author()).startsWith("nft (process ");
    }
  }

  @KernelTest
  void whatOthersDoToTheirTablesAndWhatWeDoToOursIsNoNews() throws Exception {
    try (NftablesKernel kernel = withTable();
        RulesetEvents events = RulesetEvents.ofTables(kernel)) {
      events.join();
      int before = kernel.generation();
      Command.nft("table ip other { chain ferrule { accept; }; }");
      Command.nft("table inet ferrule { chain c { accept; }; }");
      kernel.commit(new Transaction(List.of(new Operation.AddTable(IpFamily.IPV6))));
      while (events.await(SOON)) {
        throw new AssertionError("news: " + events.between(before, kernel.generation()));
      }
      assertThat(events.between(before, kernel.generation()).state()).isEqualTo(State.UNTOUCHED);
    }
  }

  @KernelTest
  void aFlushOfAllTablesTouchesOurs() throws Exception {
    try (NftablesKernel kernel = withTable();
        RulesetEvents events = RulesetEvents.ofTables(kernel)) {
      events.join();
      int before = kernel.generation();
      Command.run("unshare", "--pid", "--fork", "nft", "flush", "ruleset");
      assertThat(events.await(PATIENCE)).isTrue();
      ForeignCommit commit = events.between(before, kernel.generation()).commits().get(0);
      assertThat(commit.processName()).isEqualTo("nft");
      assertThat(commit.processId()).isGreaterThan(1);
    }
  }

  @KernelTest
  void whatHappensWhileWeDoNotListenIsUnknown() throws Exception {
    try (NftablesKernel kernel = withTable();
        RulesetEvents events = RulesetEvents.ofTables(kernel)) {
      int before = kernel.generation();
      assertThat(events.between(before, before).state()).isEqualTo(State.UNKNOWN);
      events.join();
      events.leave();
      Command.nft("table ip other { }");
      events.join();
      int after = kernel.generation();
      assertThat(events.between(before, after).state()).isEqualTo(State.UNKNOWN);
      assertThat(events.between(after, after).state()).isEqualTo(State.UNTOUCHED);
    }
  }

  @KernelTest
  void aCommitTooLargeToBeToldIsUnknownAndNotSilent() throws Exception {
    try (NftablesKernel kernel = withTable();
        RulesetEvents events = RulesetEvents.ofTables(kernel)) {
      events.join();
      int before = kernel.generation();
      StringBuilder many = new StringBuilder();
      for (int i = 0; i < 150_000; i++) {
        many.append("add chain ip other chain-with-a-rather-long-name-").append(i).append('\n');
      }
      Command.nft("table ip other { }\n" + many);
      Command.nft("add chain ip ferrule intruder");
      assertThat(events.await(PATIENCE)).isTrue();
      assertThat(events.between(before, kernel.generation()).state()).isEqualTo(State.UNKNOWN);
      events.join();
      int joined = kernel.generation();
      Command.nft("delete chain ip ferrule intruder");
      assertThat(events.await(PATIENCE)).isTrue();
      assertThat(events.between(joined, kernel.generation()).state()).isEqualTo(State.TOUCHED);
    }
  }

  /** As the packets of clients with session affinity do. */
  @KernelTest
  void elementsOfPacketsAndTheirExpiryAreNoEvents() throws Exception {
    Command.run("ip", "link", "set", "lo", "up");
    try (NftablesKernel kernel = withTable();
        RulesetEvents events = RulesetEvents.ofTables(kernel)) {
      Command.nft(
          """
          table ip ferrule {
            map seen { type ipv4_addr : ipv4_addr; flags dynamic,timeout; timeout 1s; }
            chain c { type filter hook output priority 0; update @seen { ip daddr : ip saddr }; }
          }
          """);
      events.join();
      int before = kernel.generation();
      try (DatagramSocket socket = new DatagramSocket()) {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        socket.send(new DatagramPacket(new byte[1], 1, loopback, 9));
      }
      assertThat(Command.nftTable("ip")).contains("127.0.0.1 expires");
      assertThat(events.await(Duration.ofSeconds(3))).isFalse();
      assertThat(kernel.generation()).isEqualTo(before);
      assertThat(events.between(before, before).state()).isEqualTo(State.UNTOUCHED);
    }
  }

  private static NftablesKernel withTable() throws KernelException {
    NftablesKernel kernel = NftablesKernel.open();
    kernel.commit(new Transaction(List.of(new Operation.AddTable(IpFamily.IPV4))));
    return kernel;
  }
}
