// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import dev.ferrule.lab.PacketSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Sends the packets of a flow and finds out what became of each. A packet is accounted for when
 * connection tracking knows it or somebody refused it; waiting ends there, because the kernel does
 * both while it handles the packet. Only for a packet that vanished is the whole wait needed: a
 * short one where it has to vanish, and otherwise one that a busy machine does not use up.
 */
final class Trial {
  private static final Duration SILENCE = Duration.ofMillis(150);
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final Duration ROUND = Duration.ofMillis(2);
  private static final int FIRST_PORT = 2000;
  private static final int LAST_PORT = 65000;

  private final Bench bench;
  private final NodeSettings node;
  // No port is used twice, or a packet would belong to a connection that has its endpoint already.
  private int nextPort = FIRST_PORT;

  Trial(Bench bench, NodeSettings node) {
    this.bench = bench;
    this.node = node;
  }

  Outcome send(Flow flow, int count) {
    if (nextPort + count > LAST_PORT) {
      nextPort = FIRST_PORT;
    }
    Set<Integer> ports =
        IntStream.range(nextPort, nextPort + count).boxed().collect(Collectors.toSet());
    nextPort += count;
    PacketSocket socket = bench.socket(flow.local(node), flow.in());
    List<byte[]> packets = ports.stream().sorted().map(p -> CraftedPacket.of(flow, p)).toList();
    socket.hear(Duration.ZERO);
    bench.newConnections();
    List<Integer> errors = socket.send(packets);
    List<Refusal> refusals = new ArrayList<>();
    List<Tracked> tracked = new ArrayList<>();
    Duration patience = flow.expect() == Expectation.Plain.DROP ? SILENCE : PATIENCE;
    long end = System.nanoTime() + patience.toNanos();
    boolean last;
    do {
      // Asked before listening, so that a thread that was kept waiting still listens once more.
      last = System.nanoTime() > end;
      for (byte[] packet : socket.hear(ROUND)) {
        Refusal.in(packet).filter(r -> ports.contains(r.sourcePort())).ifPresent(refusals::add);
      }
      bench.newConnections().stream()
          .filter(c -> flow.matches(c.original()))
          .map(Tracked::of)
          .filter(t -> ports.contains(t.sourcePort()))
          .forEach(tracked::add);
    } while (!last && !accountedFor(ports, tracked, refusals, errors.size()));
    return new Outcome(List.copyOf(tracked), List.copyOf(refusals), errors);
  }

  private static boolean accountedFor(
      Set<Integer> ports, List<Tracked> tracked, List<Refusal> refusals, int notSent) {
    Set<Integer> known = new HashSet<>();
    tracked.forEach(t -> known.add(t.sourcePort()));
    refusals.forEach(r -> known.add(r.sourcePort()));
    return known.size() + notSent >= ports.size();
  }
}
