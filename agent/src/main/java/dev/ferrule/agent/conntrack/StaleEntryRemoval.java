// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.conntrack;

import dev.ferrule.kernel.Conntrack;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.rules.compile.FrontendKey;
import dev.ferrule.rules.compile.ServicePortName;
import dev.ferrule.rules.compile.TrackedPort;
import dev.ferrule.rules.conntrack.StaleEntries;
import dev.ferrule.rules.conntrack.TrackedPorts;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.Protocol;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Removes connection tracking entries that keep clients from their Services. It is to be run after
 * the commit that made them stale, so that no packet can bring one back.
 *
 * <p>Owned by one thread.
 */
public final class StaleEntryRemoval {

  /** A part of the table that the kernel can give alone. */
  private record Part(IpFamily family, Protocol protocol) implements Comparable<Part> {
    private static final Comparator<Part> ORDER =
        Comparator.comparing(Part::family).thenComparing(Part::protocol);

    @Override
    public int compareTo(Part other) {
      return ORDER.compare(this, other);
    }
  }

  private final TrackedPorts ports = new TrackedPorts();

  /** What a run has to look at: where something changed since the last one that succeeded. */
  private final Set<Part> due = new TreeSet<>();

  private final Map<FrontendKey, String> left = new HashMap<>();
  private final Map<FrontendKey, ServicePortName> bare = new HashMap<>();

  /** Takes over which connections are looked after, for each Service that is different. */
  public void track(Map<ObjectName, List<TrackedPort>> services) {
    services.forEach(
        (service, now) -> {
          markDue(ports.set(service, now));
          markDue(now);
        });
  }

  private void markDue(Collection<TrackedPort> tracked) {
    tracked.forEach(port -> due.add(new Part(port.family(), port.protocol())));
  }

  /** Takes over frontends that left the kernel, with the names of their Services. */
  public void leave(Map<FrontendKey, String> frontends) {
    left.putAll(frontends);
    frontends.keySet().forEach(key -> due.add(new Part(key.family(), key.protocol())));
  }

  /** Takes over frontends that had no rules for a while, and have them again. */
  public void missed(Map<FrontendKey, ServicePortName> frontends) {
    bare.putAll(frontends);
    frontends.keySet().forEach(key -> due.add(new Part(key.family(), key.protocol())));
  }

  /** Whether something changed since the last run that succeeded. */
  public boolean isDue() {
    return !due.isEmpty();
  }

  /**
   * Removes all stale entries; if it fails, the next run starts over.
   *
   * @return how many were removed
   */
  public Removed run() throws KernelException {
    if (due.isEmpty()) {
      return Removed.NONE;
    }
    StaleEntries stale = new StaleEntries(ports, left, bare);
    Map<Removed.Owner, Integer> counts = new TreeMap<>();
    Map<IpFamily, Removed.Search> searches = new EnumMap<>(IpFamily.class);
    try (Conntrack conntrack = Conntrack.open()) {
      for (Part part : due) {
        searches.merge(part.family(), search(conntrack, part, stale, counts), Removed.Search::plus);
      }
    }
    due.clear();
    left.clear();
    bare.clear();
    return new Removed(counts, searches);
  }

  private static Removed.Search search(
      Conntrack conntrack, Part part, StaleEntries stale, Map<Removed.Owner, Integer> counts)
      throws KernelException {
    long start = System.nanoTime();
    AtomicInteger removed = new AtomicInteger();
    conntrack.forEach(
        part.family(),
        part.protocol(),
        entry -> {
          String owner = stale.ownerIfStale(entry);
          if (owner != null && conntrack.delete(entry)) {
            counts.merge(new Removed.Owner(owner, part.protocol()), 1, Integer::sum);
            removed.incrementAndGet();
          }
        });
    return new Removed.Search(Duration.ofNanos(System.nanoTime() - start), removed.get());
  }
}
