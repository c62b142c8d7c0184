// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.lab.flows;

import dev.ferrule.lab.Addresses;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Tries a flow and says what is wrong with what became of it. */
final class Judge {
  /** With this many packets an even choice practically never leaves a target below the least. */
  private static final int PER_TARGET = 24;

  private static final int LEAST_SHARE = 5;
  private static final int FEW = 3;
  private static final int STICKY_PACKETS = 8;
  private static final int OTHER_SOURCES = 16;

  private final Trial trial;
  private final NodeSettings node;

  Judge(Trial trial, NodeSettings node) {
    this.trial = trial;
    this.node = node;
  }

  /** Empty if the flow is as expected. */
  Optional<String> complaint(Flow flow) {
    if (flow.expect() instanceof Expectation.Dnat dnat) {
      return dnat.sticky() ? sticky(flow, dnat) : spread(flow, dnat);
    }
    Outcome outcome = trial.send(flow, FEW);
    List<Tracked> translated = outcome.translated(Set.of());
    if (!translated.isEmpty()) {
      return complain("dnat to " + Outcome.targets(translated), flow.expect());
    }
    boolean right =
        switch ((Expectation.Plain) flow.expect()) {
          case REJECT -> outcome.unreachable();
          case DROP -> outcome.refusals().isEmpty() && !outcome.unreachable() && !outcome.passed();
          // A closed port of the node itself answers with a reset, which ends the connection too.
          case PASS -> outcome.passed() || (outcome.reset() && !outcome.unreachable());
        };
    return right ? Optional.empty() : complain(outcome.words(), flow.expect());
  }

  private Optional<String> spread(Flow flow, Expectation.Dnat dnat) {
    int targets = dnat.targets().size();
    Outcome outcome = trial.send(flow, targets > 1 ? PER_TARGET * targets : FEW);
    List<Tracked> hits = outcome.translated(dnat.targets());
    if (!Outcome.targets(hits).equals(dnat.targets())) {
      return complain(hits, outcome, dnat);
    }
    Map<String, Integer> shares = new TreeMap<>();
    hits.forEach(hit -> shares.merge(hit.target(), 1, Integer::sum));
    if (targets > 1 && shares.values().stream().anyMatch(share -> share < LEAST_SHARE)) {
      return Optional.of("uneven shares " + shares);
    }
    return masquerade(hits, dnat);
  }

  private Optional<String> sticky(Flow flow, Expectation.Dnat dnat) {
    Outcome outcome = trial.send(flow, STICKY_PACKETS);
    List<Tracked> hits = outcome.translated(dnat.targets());
    Set<String> got = Outcome.targets(hits);
    if (got.size() != 1 || !dnat.targets().containsAll(got)) {
      return complain(hits, outcome, dnat);
    }
    if (dnat.targets().size() > 1) {
      Set<String> seen = new TreeSet<>();
      for (String other : neighbours(flow.from())) {
        Set<String> one = Outcome.targets(trial.send(flow.from(other), FEW).tracked());
        if (one.size() != 1) {
          return Optional.of("source " + other + " went to " + one + ", expected one of them");
        }
        seen.addAll(one);
      }
      if (seen.size() < 2 || !dnat.targets().containsAll(seen)) {
        return complain(OTHER_SOURCES + " sources went to " + seen, dnat);
      }
    }
    return masquerade(hits, dnat);
  }

  private static Optional<String> masquerade(List<Tracked> hits, Expectation.Dnat dnat) {
    return hits.stream()
        .filter(
            hit ->
                dnat.masquerade().getOrDefault(hit.target(), hit.masqueraded())
                    != hit.masqueraded())
        .findFirst()
        .map(hit -> "to %s masquerade is %s".formatted(hit.target(), hit.masqueraded()));
  }

  /** The addresses that follow one, without the node's own. */
  private List<String> neighbours(String address) {
    byte[] bytes = Addresses.parse(address).getAddress();
    return java.util.stream.IntStream.rangeClosed(1, OTHER_SOURCES)
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

  private static Optional<String> complain(
      List<Tracked> hits, Outcome outcome, Expectation.Dnat expected) {
    return complain(
        hits.isEmpty() ? outcome.words() : "dnat to " + Outcome.targets(hits), expected);
  }

  private static Optional<String> complain(String got, Expectation expected) {
    return Optional.of(got + ", expected " + expected);
  }
}
