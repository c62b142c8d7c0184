// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import dev.ferrule.agent.config.PortRange;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.Protocol;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Node ports that were given to Services. */
final class PortGrants {

  private final PortRange range;
  private final Map<ObjectName, Map<PortUse, Integer>> granted = new HashMap<>();
  private final Map<NodePort, ObjectName> owners = new HashMap<>();
  private final Map<ObjectName, Map<PortUse, Integer>> remembered = new HashMap<>();
  private final Set<Protocol> exhausted = EnumSet.noneOf(Protocol.class);
  private long granting;
  private long releasing;

  PortGrants(PortRange range) {
    this.range = range;
  }

  /** Ports of an earlier run, to be given to the same Service again. */
  void remember(ObjectName name, Map<PortUse, Integer> ports) {
    remembered.put(name, Map.copyOf(ports));
  }

  /** All that is given out. */
  Map<ObjectName, Map<PortUse, Integer>> all() {
    return granted;
  }

  /** How often something was given out so far. */
  long granting() {
    return granting;
  }

  /** How often something was taken back so far. */
  long releasing() {
    return releasing;
  }

  /** Manifests ask for other ports than before, so that some may be free again. */
  void reopen() {
    exhausted.clear();
  }

  Map<PortUse, Integer> of(ObjectName name) {
    return granted.getOrDefault(name, Map.of());
  }

  /** Takes back what a Service does not need any more or may not have any more. */
  void keep(ObjectName name, Collection<PortUse> needed, Predicate<NodePort> usable) {
    Map.copyOf(of(name))
        .forEach(
            (use, number) -> {
              NodePort port = new NodePort(use.protocol(), number);
              if (!needed.contains(use) || !usable.test(port)) {
                release(port);
              }
            });
  }

  /** Takes a port back from whoever has it. */
  @Nullable ObjectName release(NodePort port) {
    ObjectName owner = owners.remove(port);
    if (owner != null) {
      releasing++;
      exhausted.clear();
      Map<PortUse, Integer> rest = new HashMap<>(of(owner));
      rest.entrySet()
          .removeIf(
              entry ->
                  entry.getKey().protocol() == port.protocol() && entry.getValue() == port.port());
      if (rest.isEmpty()) {
        granted.remove(owner);
      } else {
        granted.put(owner, Map.copyOf(rest));
      }
    }
    return owner;
  }

  /** Gives a Service what it had in an earlier run, as far as that is still free. */
  void restore(ObjectName name, Collection<PortUse> needed, Predicate<NodePort> usable) {
    Map<PortUse, Integer> earlier = remembered.remove(name);
    if (earlier == null) {
      return;
    }
    earlier.forEach(
        (use, number) -> {
          NodePort port = new NodePort(use.protocol(), number);
          if (needed.contains(use)
              && !of(name).containsKey(use)
              && range.contains(number)
              && free(port, usable)) {
            grant(name, use, number);
          }
        });
  }

  /**
   * Gives a Service the ports that it needs and has not.
   *
   * @param written node ports that the manifest gives to some ports of the Service
   * @return what no port is free for
   */
  List<PortUse> fill(
      ObjectName name,
      Collection<PortUse> needed,
      Map<PortUse, Integer> written,
      Predicate<NodePort> usable) {
    return needed.stream()
        .filter(use -> !of(name).containsKey(use))
        .filter(use -> !give(name, use, needed, written, usable))
        .toList();
  }

  /** TCP and UDP of one port number get the same node port where that is possible. */
  private boolean give(
      ObjectName name,
      PortUse use,
      Collection<PortUse> needed,
      Map<PortUse, Integer> written,
      Predicate<NodePort> usable) {
    List<PortUse> twins =
        List.of(Protocol.values()).stream()
            .filter(protocol -> protocol != use.protocol() && use.port() != 0)
            .map(protocol -> new PortUse(protocol, use.port()))
            .toList();
    for (PortUse twin : twins) {
      Integer number = written.getOrDefault(twin, of(name).get(twin));
      if (number != null && free(new NodePort(use.protocol(), number), usable)) {
        grant(name, use, number);
        return true;
      }
    }
    if (exhausted.contains(use.protocol())) {
      return false;
    }
    List<PortUse> open = twins.stream().filter(needed::contains).toList();
    int number = firstFree(name, use, open, usable);
    if (number == 0) {
      number = firstFree(name, use, List.of(), usable);
    }
    if (number == 0) {
      exhausted.add(use.protocol());
      return false;
    }
    grant(name, use, number);
    return true;
  }

  /** The first number that is free for this use and for its twins, or 0. */
  private int firstFree(
      ObjectName name, PortUse use, List<PortUse> twins, Predicate<NodePort> usable) {
    long place =
        Spread.place(
            name,
            use.port() + "/nodePort",
            range.size(),
            candidate -> {
              int number = range.first() + (int) candidate;
              return free(new NodePort(use.protocol(), number), usable)
                  && twins.stream()
                      .allMatch(twin -> free(new NodePort(twin.protocol(), number), usable));
            });
    return place < 0 ? 0 : range.first() + (int) place;
  }

  private boolean free(NodePort port, Predicate<NodePort> usable) {
    return !owners.containsKey(port) && usable.test(port);
  }

  private void grant(ObjectName name, PortUse use, int number) {
    granting++;
    Map<PortUse, Integer> all = new HashMap<>(of(name));
    all.put(use, number);
    granted.put(name, Map.copyOf(all));
    owners.put(new NodePort(use.protocol(), number), name);
  }
}
