// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.sync;

import dev.ferrule.agent.log.Log;
import dev.ferrule.kernel.KernelException;
import dev.ferrule.kernel.RecentLists;
import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.compile.ForwardingTable;
import dev.ferrule.rules.compile.Frontend;
import dev.ferrule.rules.compile.Target;
import dev.ferrule.rules.iptables.ClientLists;
import dev.ferrule.rules.iptables.PortId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Looks for lists of module recent that are full, and names each Service port once. It reads some
 * lists at a time, so that many of them do not hold up the sync thread.
 */
public final class FullLists {

  private static final Duration PERIOD = Duration.ofSeconds(30);

  /** Reading a list takes some ten microseconds. */
  private static final int AT_ONCE = 1_000;

  private final Log log;
  private final Set<String> knownFull = new HashSet<>();
  private final Set<PortId> told = new HashSet<>();
  private long nextLook = System.nanoTime();
  private String lastRead = "";
  private String complaint = "";

  FullLists(Log log) {
    this.log = log;
  }

  /**
   * All that are full now; none if no Service has session affinity.
   *
   * @param forwarding says whose the lists are
   */
  public static List<FullList> find(ForwardingTable forwarding) throws KernelException {
    OptionalInt limit = RecentLists.limit();
    return limit.isEmpty()
        ? List.of()
        : named(
            full(RecentLists.names(ClientLists.PREFIX), limit.getAsInt()),
            limit.getAsInt(),
            forwarding);
  }

  /** To be called often; does something only now and then. */
  void look(ForwardingTable forwarding) {
    if (System.nanoTime() - nextLook < 0) {
      return;
    }
    nextLook = System.nanoTime() + PERIOD.toNanos();
    try {
      lookNow(forwarding);
      complaint = "";
    } catch (KernelException e) {
      if (!e.getMessage().equals(complaint)) {
        complaint = e.getMessage();
        log.warning("could not look for full lists of clients: " + complaint);
      }
    }
  }

  private void lookNow(ForwardingTable forwarding) throws KernelException {
    List<String> names = RecentLists.names(ClientLists.PREFIX);
    OptionalInt limit = names.isEmpty() ? OptionalInt.empty() : RecentLists.limit();
    if (limit.isEmpty()) {
      return;
    }
    Set<String> full = full(next(names), limit.getAsInt());
    full.removeAll(knownFull);
    knownFull.addAll(full);
    for (FullList list : named(full, limit.getAsInt(), forwarding)) {
      if (told.add(list.port())) {
        log.warning(list.text());
      }
    }
  }

  /** Those whose turn it is. */
  private List<String> next(List<String> names) {
    List<String> next =
        names.stream().filter(name -> name.compareTo(lastRead) > 0).limit(AT_ONCE).toList();
    lastRead = next.size() < AT_ONCE ? "" : next.get(next.size() - 1);
    return next;
  }

  private static Set<String> full(Collection<String> names, int limit) throws KernelException {
    Set<String> full = new HashSet<>();
    for (String name : names) {
      if (RecentLists.size(name) >= limit) {
        full.add(name);
      }
    }
    return full;
  }

  private static List<FullList> named(Set<String> lists, int limit, ForwardingTable forwarding) {
    List<FullList> named = new ArrayList<>();
    if (lists.isEmpty()) {
      return named;
    }
    Set<String> left = new HashSet<>(lists);
    for (Frontend frontend : forwarding.frontends()) {
      if (frontend.affinitySeconds() > 0) {
        PortId port = PortId.of(frontend);
        for (Target target : frontend.targets()) {
          for (Backend backend :
              target instanceof Target.Balance balance ? balance.backends() : List.<Backend>of()) {
            if (left.remove(ClientLists.name(port, backend))) {
              named.add(new FullList(port, backend, limit));
            }
          }
        }
      }
    }
    named.sort((a, b) -> a.text().compareTo(b.text()));
    return named;
  }
}
