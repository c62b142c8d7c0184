// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.compile.ForwardingTable;
import dev.ferrule.rules.compile.Frontend;
import dev.ferrule.rules.compile.NodeContext;
import dev.ferrule.rules.compile.Target;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.AffinityEntry;
import dev.ferrule.rules.nftables.RememberedClient;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The lists of module recent by which our chains remember clients: one for each endpoint of a
 * Service port with session affinity. Says what they hold in terms of {@link AffinityEntry} and the
 * other way round, so that clients can stay where they are when one kind of rules replaces the
 * other.
 */
public final class ClientLists {

  /** What the names of all of them begin with. */
  public static final String PREFIX = XtChain.PREFIX + "SEP-";

  private static final Comparator<RememberedClient> LONGEST_FIRST =
      Comparator.comparingLong(RememberedClient::remainingMillis).reversed();

  private record PortClient(PortId port, IpAddress client) {}

  private ClientLists() {}

  /** The list of the clients of an endpoint. */
  public static String name(PortId port, Backend backend) {
    return PoolChains.endpointName(port, backend);
  }

  /** The names of all lists that our chains of a family make. */
  public static Set<String> names(IpFamily family, ForwardingTable forwarding) {
    Set<String> names = new TreeSet<>();
    for (Frontend frontend : forwarding.frontends()) {
      if (remembers(family, frontend)) {
        PortId port = PortId.of(frontend);
        backends(frontend).forEach(backend -> names.add(name(port, backend)));
      }
    }
    return names;
  }

  /** The names of those lists of kube-proxy whose endpoints are ours too, and of our lists. */
  public static Map<String, String> ours(KubeProxyChains chains, ForwardingTable forwarding) {
    Map<String, PortId> ports = new HashMap<>();
    for (Frontend frontend : forwarding.frontends()) {
      if (remembers(chains.family(), frontend)) {
        PortId port = PortId.of(frontend);
        ports.put(port.toString(), port);
      }
    }
    Map<String, String> names = new TreeMap<>();
    for (KubeProxyChains.ClientList list : chains.clientLists()) {
      PortId port = ports.get(list.port() + " " + list.protocol().text());
      if (port != null) {
        names.put(list.name(), name(port, list.backend()));
      }
    }
    return names;
  }

  private static boolean remembers(IpFamily family, Frontend frontend) {
    return frontend.affinitySeconds() > 0 && frontend.key().family() == family;
  }

  /** In the order in which our chains ask for them; what outsiders get comes first. */
  private static List<Backend> backends(Frontend frontend) {
    List<Backend> backends = new ArrayList<>();
    add(backends, frontend.outsiders());
    add(backends, frontend.target());
    return backends;
  }

  private static void add(List<Backend> backends, @Nullable Target target) {
    if (target instanceof Target.Balance balance) {
      backends.addAll(balance.backends());
    }
  }

  /**
   * Whom to put on which list. All frontends of a Service port share its lists, so a client that
   * went to two endpoints by two frontends stays with the one it used last.
   *
   * @param clients of the affinity map
   * @return for each list the clients, the one that was seen last at the end
   */
  public static Map<String, List<IpAddress>> of(
      IpFamily family,
      Collection<RememberedClient> clients,
      ForwardingTable forwarding,
      NodeContext context) {
    Set<PortClient> known = new HashSet<>();
    Map<String, List<IpAddress>> lists = new TreeMap<>();
    for (RememberedClient client : clients.stream().sorted(LONGEST_FIRST).toList()) {
      AffinityEntry entry = AffinityEntry.parse(family, client.key(), client.data());
      Frontend frontend = forwarding.get(entry.frontend());
      if (frontend != null
          && mayReturn(entry, forwarding, context)
          && known.add(new PortClient(PortId.of(frontend), entry.client()))) {
        lists
            .computeIfAbsent(name(PortId.of(frontend), entry.backend()), any -> new ArrayList<>())
            .add(entry.client());
      }
    }
    lists.values().forEach(Collections::reverse);
    return lists;
  }

  private static boolean mayReturn(
      AffinityEntry entry, ForwardingTable forwarding, NodeContext context) {
    return forwarding.mayReturn(entry.frontend(), entry.client(), entry.backend(), context);
  }

  /**
   * What the lists say, as entries of the affinity map: for each frontend of a Service port one for
   * each client whose time is not over.
   *
   * @param idleMillis for each list the clients and for how long they have not been seen
   * @param most of so many entries; those that live longest are kept
   */
  public static List<RememberedClient> remembered(
      IpFamily family,
      Map<String, Map<IpAddress, Long>> idleMillis,
      ForwardingTable forwarding,
      NodeContext context,
      int most) {
    List<RememberedClient> clients = new ArrayList<>();
    for (Frontend frontend : forwarding.frontends()) {
      if (remembers(family, frontend)) {
        clients.addAll(remembered(frontend, idleMillis, forwarding, context));
      }
    }
    clients.sort(LONGEST_FIRST);
    return List.copyOf(clients.subList(0, Math.min(most, clients.size())));
  }

  private static Collection<RememberedClient> remembered(
      Frontend frontend,
      Map<String, Map<IpAddress, Long>> idleMillis,
      ForwardingTable forwarding,
      NodeContext context) {
    long timeout = frontend.affinitySeconds() * 1000L;
    Map<IpAddress, RememberedClient> byClient = new HashMap<>();
    for (Backend backend : backends(frontend)) {
      idleMillis
          .getOrDefault(name(PortId.of(frontend), backend), Map.of())
          .forEach(
              (client, idle) -> {
                AffinityEntry entry = new AffinityEntry(frontend.key(), client, backend);
                if (idle < timeout && mayReturn(entry, forwarding, context)) {
                  byClient.putIfAbsent(client, entry.remembered(timeout, timeout - idle));
                }
              });
    }
    return byClient.values();
  }
}
