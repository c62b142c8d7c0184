// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import dev.ferrule.lab.Addresses;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Judges flows of which each source keeps to one target, with many sources. */
final class SourceChoice {
  private static final int PACKETS = 8;
  private static final int FEW = 3;
  private static final int SOURCES_PER_TARGET = 16;

  /** What may move although its target is still there, beyond what new targets are due. */
  private static final double MOVED = 0.2;

  private final Trial trial;
  private final NodeSettings node;
  // by destination: where hashed sources went in an earlier step
  private final Map<String, Map<String, String>> earlier = new HashMap<>();

  SourceChoice(Trial trial, NodeSettings node) {
    this.trial = trial;
    this.node = node;
  }

  /** Empty if the flow is as expected; masquerading is not looked at. */
  Optional<String> complaint(Flow flow, Expectation.Dnat dnat) {
    Set<String> own = targets(flow, PACKETS, dnat);
    if (own.size() != 1 || !dnat.targets().containsAll(own)) {
      return Optional.of("dnat to " + own + ", expected one of " + dnat.targets() + " each time");
    }
    if (dnat.targets().size() == 1) {
      return Optional.empty();
    }
    boolean hashed = dnat.choice() == Expectation.Choice.HASHED;
    Map<String, String> chosen = new TreeMap<>();
    for (String other : neighbours(flow.from(), hashed ? dnat.targets().size() : 1)) {
      Set<String> one = targets(flow.from(other), FEW, dnat);
      if (one.size() != 1) {
        return Optional.of("source " + other + " went to " + one + ", expected one of them");
      }
      chosen.put(other, one.iterator().next());
    }
    Set<String> seen = new TreeSet<>(chosen.values());
    boolean spread = hashed ? seen.containsAll(dnat.targets()) : seen.size() > 1;
    if (!spread || !dnat.targets().containsAll(seen)) {
      return Optional.of(
          chosen.size() + " sources went to " + seen + ", expected " + dnat.targets());
    }
    return hashed ? moved(flow, dnat, chosen) : Optional.empty();
  }

  private Set<String> targets(Flow flow, int packets, Expectation.Dnat dnat) {
    return Outcome.targets(trial.send(flow, packets).translated(dnat.targets()));
  }

  /** Complains of sources that left a target which could have kept them. */
  private Optional<String> moved(Flow flow, Expectation.Dnat dnat, Map<String, String> chosen) {
    Map<String, String> before =
        earlier.getOrDefault(flow.to() + " " + flow.port() + flow.protocol(), Map.of());
    earlier.put(flow.to() + " " + flow.port() + flow.protocol(), chosen);
    List<String> could =
        chosen.keySet().stream()
            .filter(source -> dnat.targets().contains(before.getOrDefault(source, "")))
            .toList();
    long moved =
        could.stream().filter(s -> !chosen.getOrDefault(s, "").equals(before.get(s))).count();
    double due =
        (double) dnat.targets().stream().filter(t -> !before.containsValue(t)).count()
            / dnat.targets().size();
    return moved <= could.size() * (due + MOVED)
        ? Optional.empty()
        : Optional.of(moved + " of " + could.size() + " sources left a target that is still there");
  }

  /** The addresses that follow one, without the node's own. */
  private List<String> neighbours(String address, int targets) {
    byte[] bytes = Addresses.parse(address).getAddress();
    return IntStream.rangeClosed(1, SOURCES_PER_TARGET * targets)
        .mapToObj(i -> add(bytes, i))
        .filter(a -> !node.ips().contains(a))
        .toList();
  }

  private static String add(byte[] address, int offset) {
    byte[] sum = new BigInteger(1, address).add(BigInteger.valueOf(offset)).toByteArray();
    byte[] bytes = new byte[address.length];
    int length = Math.min(sum.length, bytes.length);
    System.arraycopy(sum, sum.length - length, bytes, bytes.length - length, length);
    try {
      return Addresses.text(InetAddress.getByAddress(bytes));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("not an address of 4 or 16 bytes", e);
    }
  }
}
