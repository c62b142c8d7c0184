// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.trace;

import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.nftables.Bytes;
import dev.ferrule.rules.nftables.Chain;
import dev.ferrule.rules.nftables.TableState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Sends the first packet of a connection through a table as the kernel would, also through one that
 * was read back from there. It knows rules, sets and maps only, nothing of Services, and so can
 * contradict whoever does.
 *
 * <p>Other tables are taken to let everything pass.
 */
public final class Tracer {

  private static final Comparator<Chain> BY_PRIORITY =
      Comparator.comparing(Tracer::hook, Comparator.comparingInt(Chain.Hook::priority));

  private final TableState table;
  private final Predicate<IpAddress> ownAddress;
  private final Contents contents;

  /**
   * A tracer for one table.
   *
   * @param ownAddress whether an address is this node's (loopback too)
   * @param affinity the clients with session affinity: keys and data of the map
   */
  public Tracer(TableState table, Predicate<IpAddress> ownAddress, Map<Bytes, Bytes> affinity) {
    this.table = table;
    this.ownAddress = ownAddress;
    this.contents = new Contents(table, affinity);
  }

  /**
   * Every way that the connection can go, in the order of the slots that lead there.
   *
   * @throws IllegalArgumentException if the connection is not of the table's family
   */
  public List<Outcome> trace(Connection connection) {
    if (connection.to().family() != table.family()) {
      throw new IllegalArgumentException(connection + " is not of the table's family");
    }
    List<Outcome> outcomes = new ArrayList<>();
    for (Draws draws = Draws.first(); draws != null; draws = draws.next()) {
      outcomes.add(outcome(connection, draws));
    }
    return outcomes;
  }

  private Outcome outcome(Connection connection, Draws draws) {
    Packet packet = new Packet(connection, ownAddress);
    Walk walk = new Walk(table, contents, packet, draws);
    Fate fate;
    try {
      fate = fate(packet, travel(packet, walk));
    } catch (LostException e) {
      fate = new Fate.Unclear(Objects.requireNonNullElse(e.getMessage(), ""));
    }
    return new Outcome(draws.share(), fate, walk.path());
  }

  private static Fate fate(Packet packet, Walk.Ruling ruling) {
    Backend backend = packet.translatedTo();
    return switch (ruling) {
      case DROP -> new Fate.Dropped();
      case REJECT -> new Fate.Rejected();
      case ACCEPT ->
          backend == null ? new Fate.Passed() : new Fate.Delivered(backend, packet.masqueraded());
    };
  }

  /** The hooks that the packet passes; which ones depends on where it goes after DNAT. */
  private Walk.Ruling travel(Packet packet, Walk walk) throws LostException {
    if (!packet.isFromNode()) {
      Walk.Ruling ruling = pass(Chain.Point.PREROUTING, packet, walk);
      if (ruling != Walk.Ruling.ACCEPT || packet.isForNode()) {
        return ruling == Walk.Ruling.ACCEPT ? pass(Chain.Point.INPUT, packet, walk) : ruling;
      }
      return passBoth(Chain.Point.FORWARD, Chain.Point.POSTROUTING, packet, walk);
    }
    Walk.Ruling ruling = passBoth(Chain.Point.OUTPUT, Chain.Point.POSTROUTING, packet, walk);
    if (ruling != Walk.Ruling.ACCEPT || !packet.isForNode()) {
      return ruling;
    }
    packet.loopBack();
    return passBoth(Chain.Point.PREROUTING, Chain.Point.INPUT, packet, walk);
  }

  private Walk.Ruling passBoth(Chain.Point first, Chain.Point second, Packet packet, Walk walk)
      throws LostException {
    Walk.Ruling ruling = pass(first, packet, walk);
    return ruling == Walk.Ruling.ACCEPT ? pass(second, packet, walk) : ruling;
  }

  private Walk.Ruling pass(Chain.Point point, Packet packet, Walk walk) throws LostException {
    boolean first = isFirst(point, packet);
    for (Chain chain : at(point)) {
      boolean nat = hook(chain).type() == Chain.Type.NAT;
      Walk.Ruling ruling = nat && !first ? Walk.Ruling.ACCEPT : walk.ask(chain);
      first &= !nat || !packet.isTranslatedAt(point);
      if (ruling != Walk.Ruling.ACCEPT) {
        return ruling;
      }
    }
    return Walk.Ruling.ACCEPT;
  }

  /** Chains of type nat are asked once for each of both addresses ({@code nf_nat_inet_fn}). */
  private static boolean isFirst(Chain.Point point, Packet packet) {
    return switch (point) {
      case PREROUTING, OUTPUT -> packet.settleDestination();
      case POSTROUTING, INPUT -> packet.settleSource();
      case FORWARD -> false; // the kernel has no such chains
    };
  }

  private List<Chain> at(Chain.Point point) {
    return table.chains().values().stream()
        .filter(chain -> chain.hook() != null && chain.hook().point() == point)
        .sorted(BY_PRIORITY)
        .toList();
  }

  private static Chain.Hook hook(Chain chain) {
    return Objects.requireNonNull(chain.hook());
  }
}
