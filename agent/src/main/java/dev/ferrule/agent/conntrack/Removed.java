// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.conntrack;

import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.Protocol;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a run removed.
 *
 * @param counts how many entries, by the Service port they belonged to
 * @param searches by the families whose entries were looked at
 */
public record Removed(SortedMap<Owner, Integer> counts, Map<IpFamily, Search> searches) {

  static final Removed NONE = new Removed(Map.of(), Map.of());

  private static final int OWNERS_TOLD = 10;

  /**
   * Whom entries belonged to.
   *
   * @param name for example {@code default/dns:dns}
   */
  public record Owner(String name, Protocol protocol) implements Comparable<Owner> {

    private static final Comparator<Owner> ORDER =
        Comparator.comparing(Owner::name).thenComparing(Owner::protocol);

    @Override
    public int compareTo(Owner other) {
      return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
      return name + "/" + protocol.text();
    }
  }

  /**
   * How the search of one family went.
   *
   * @param removed how many entries
   */
  public record Search(Duration took, int removed) {

    Search plus(Search other) {
      return new Search(took.plus(other.took), removed + other.removed);
    }
  }

  public Removed {
    counts = Collections.unmodifiableSortedMap(new TreeMap<>(counts));
    searches = Map.copyOf(searches);
  }

  Removed(Map<Owner, Integer> counts, Map<IpFamily, Search> searches) {
    this(new TreeMap<>(counts), searches);
  }

  public boolean isEmpty() {
    return counts.isEmpty();
  }

  /** The number of entries. */
  public int total() {
    return counts.values().stream().mapToInt(count -> count).sum();
  }

  /** One line: {@code removed 3 stale connection tracking entries: 3 of default/dns:dns/udp}. */
  public String text() {
    String owners =
        counts.entrySet().stream()
            .limit(OWNERS_TOLD)
            .map(count -> count.getValue() + " of " + count.getKey())
            .collect(Collectors.joining(", "));
    int more = counts.size() - OWNERS_TOLD;
    return "removed "
        + total()
        + (total() == 1
            ? " stale connection tracking entry: "
            : " stale connection tracking entries: ")
        + owners
        + (more > 0 ? " and of " + more + " more" : "");
  }
}
