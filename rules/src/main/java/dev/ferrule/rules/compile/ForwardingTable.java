// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.compile;

import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.ObjectName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All frontends of the node, each key with one owner. Where several Services claim a key, the
 * oldest has it, then the first by name, whatever the order in which they came; the others wait.
 *
 * <p>Owned by one thread.
 */
public final class ForwardingTable {

  private static final Comparator<CompiledService> PRECEDENCE =
      Comparator.comparingLong(CompiledService::created).thenComparing(CompiledService::name);

  private final Map<ObjectName, CompiledService> services = new HashMap<>();
  private final Map<FrontendKey, Frontend> active = new HashMap<>();

  /** Keys that more than one Service claims, with all claimants in order of precedence. */
  private final SortedMap<FrontendKey, TreeSet<CompiledService>> contested = new TreeMap<>();

  private final SortedMap<ObjectName, CompiledService> healthChecked = new TreeMap<>();
  private final Map<LocalGap, Integer> localGaps = new HashMap<>();

  /**
   * A key that changed.
   *
   * @param before what it did until now; null if it was free
   * @param after what it does now; null if it is free
   */
  public record Change(@Nullable Frontend before, @Nullable Frontend after) {

    /** The key that changed. */
    public FrontendKey key() {
      Frontend one = after != null ? after : before;
      if (one == null) {
        throw new IllegalStateException("a change without a frontend");
      }
      return one.key();
    }

    /** Whether nothing is different in the end. */
    public boolean isNothing() {
      return Objects.equals(before, after);
    }
  }

  /** A key that a Service claims in vain. */
  public record Conflict(FrontendKey key, ObjectName loser, ObjectName winner) {}

  /** Sets what a Service asks for and tells which keys do something else now. */
  public List<Change> put(CompiledService service) {
    return replace(service.name(), service);
  }

  /** Removes a Service and tells which keys do something else now. */
  public List<Change> remove(ObjectName name) {
    return replace(name, null);
  }

  private List<Change> replace(ObjectName name, @Nullable CompiledService next) {
    CompiledService previous = next == null ? services.remove(name) : services.put(name, next);
    count(name, previous, next);
    Map<FrontendKey, Frontend> claims = new TreeMap<>();
    TreeSet<FrontendKey> keys = new TreeSet<>();
    if (previous != null) {
      previous.frontends().forEach(frontend -> keys.add(frontend.key()));
    }
    if (next != null) {
      next.frontends().forEach(frontend -> claims.put(frontend.key(), frontend));
      keys.addAll(claims.keySet());
    }
    List<Change> changes = new ArrayList<>();
    for (FrontendKey key : keys) {
      Frontend before = active.get(key);
      Frontend after = settle(key, name, next, claims.get(key), before);
      if (after == null) {
        active.remove(key);
      } else {
        active.put(key, after);
      }
      if (before == null ? after != null : !before.equals(after)) {
        changes.add(new Change(before, after));
      }
    }
    return changes;
  }

  private void count(
      ObjectName name, @Nullable CompiledService previous, @Nullable CompiledService next) {
    if (next != null && next.healthCheckNodePort() != 0) {
      healthChecked.put(name, next);
    } else {
      healthChecked.remove(name);
    }
    if (previous != null) {
      previous.localGaps().forEach(gap -> localGaps.merge(gap, -1, Integer::sum));
    }
    if (next != null) {
      next.localGaps().forEach(gap -> localGaps.merge(gap, 1, Integer::sum));
    }
  }

  /** Who has the key after {@code name} claims it with {@code claim}, or gives it up with null. */
  private @Nullable Frontend settle(
      FrontendKey key,
      ObjectName name,
      @Nullable CompiledService next,
      @Nullable Frontend claim,
      @Nullable Frontend before) {
    TreeSet<CompiledService> claimants = contested.get(key);
    if (claimants == null) {
      if (before == null || before.owner().service().equals(name)) {
        return claim;
      }
      claimants = new TreeSet<>(PRECEDENCE);
      claimants.add(compiled(before.owner().service()));
      contested.put(key, claimants);
    }
    claimants.removeIf(claimant -> claimant.name().equals(name));
    if (next != null && claim != null) {
      claimants.add(next);
    }
    CompiledService winner = claimants.first();
    if (claimants.size() == 1) {
      contested.remove(key);
    }
    return frontend(winner, key);
  }

  private CompiledService compiled(ObjectName name) {
    CompiledService service = services.get(name);
    if (service == null) {
      throw new IllegalStateException(name + " has a frontend but is not in the table");
    }
    return service;
  }

  private static Frontend frontend(CompiledService service, FrontendKey key) {
    int index =
        Collections.binarySearch(service.frontends().stream().map(Frontend::key).toList(), key);
    return service.frontends().get(index);
  }

  /** Every frontend that is in force, in no particular order. */
  public Collection<Frontend> frontends() {
    return Collections.unmodifiableCollection(active.values());
  }

  /** The frontends that a Service has in force. */
  public List<Frontend> frontends(ObjectName name) {
    CompiledService service = services.get(name);
    return service == null
        ? List.of()
        : service.frontends().stream().filter(f -> f.equals(active.get(f.key()))).toList();
  }

  /** What happens to connections to the key, if it is ours. */
  public @Nullable Frontend get(FrontendKey key) {
    return active.get(key);
  }

  /**
   * Whether a client that a backend was chosen for may be sent there again.
   *
   * @param context tells Pods and the node, which may use other endpoints, from all others
   */
  public boolean mayReturn(
      FrontendKey key, IpAddress client, Backend backend, NodeContext context) {
    Frontend frontend = active.get(key);
    if (frontend == null || frontend.affinitySeconds() == 0) {
      return false;
    }
    Target outsiders = frontend.outsiders();
    if (outsiders == null || context.isNode(client) || context.isInPodRange(client)) {
      return leadsTo(frontend.target(), backend);
    }
    // Where interfaces tell Pods from others, an address does not: it may have been either.
    return leadsTo(outsiders, backend)
        || (context.podInterface() != null && leadsTo(frontend.target(), backend));
  }

  private static boolean leadsTo(Target target, Backend backend) {
    return target instanceof Target.Balance balance && balance.backends().contains(backend);
  }

  /** The ports of a Service whose connections are looked after; none if it is not in the table. */
  public List<TrackedPort> tracked(ObjectName name) {
    CompiledService service = services.get(name);
    return service == null ? List.of() : service.tracked();
  }

  /** Every Service in the table, in no particular order. */
  public Collection<CompiledService> services() {
    return Collections.unmodifiableCollection(services.values());
  }

  /** The Services that claim the key in vain, in order of precedence. */
  public List<ObjectName> losers(FrontendKey key) {
    TreeSet<CompiledService> claimants = contested.get(key);
    return claimants == null
        ? List.of()
        : claimants.stream().skip(1).map(CompiledService::name).toList();
  }

  /** The Services with a health-check node port, sorted by name. */
  public Collection<CompiledService> healthChecked() {
    return Collections.unmodifiableCollection(healthChecked.values());
  }

  /** How many Service ports have the gap. */
  public int count(LocalGap gap) {
    return localGaps.getOrDefault(gap, 0);
  }

  /** All claims that lost, sorted by key. */
  public List<Conflict> conflicts() {
    List<Conflict> conflicts = new ArrayList<>();
    contested.forEach(
        (key, claimants) ->
            claimants.stream()
                .skip(1)
                .forEach(
                    loser ->
                        conflicts.add(new Conflict(key, loser.name(), claimants.first().name()))));
    return conflicts;
  }
}
