// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.ObjectName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Addresses that were given to Services, one of each family at most. */
final class AddressGrants {

  private static final long MAX_PLACES = 1L << 24;

  private final String use;
  private final boolean skipEnds;
  private final Map<ObjectName, List<IpAddress>> granted = new HashMap<>();
  private final Map<IpAddress, ObjectName> owners = new HashMap<>();
  private final Map<ObjectName, List<IpAddress>> remembered = new HashMap<>();
  private long granting;
  private long releasing;

  /**
   * @param use what they are for; addresses of different use fall on different places
   * @param skipEnds whether the ends of ranges stay free: network, first and broadcast address
   */
  AddressGrants(String use, boolean skipEnds) {
    this.use = use;
    this.skipEnds = skipEnds;
  }

  /** Addresses of an earlier run, to be given to the same Service again. */
  void remember(ObjectName name, List<IpAddress> addresses) {
    remembered.put(name, List.copyOf(addresses));
  }

  /** All that is given out. */
  Map<ObjectName, List<IpAddress>> all() {
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

  List<IpAddress> of(ObjectName name) {
    return granted.getOrDefault(name, List.of());
  }

  /** Takes back what a Service does not need any more or may not have any more. */
  void keep(ObjectName name, Collection<IpFamily> needed, Predicate<IpAddress> usable) {
    for (IpAddress address : of(name)) {
      if (!needed.contains(address.family()) || !usable.test(address)) {
        release(address);
      }
    }
  }

  /** Takes an address back from whoever has it. */
  @Nullable ObjectName release(IpAddress address) {
    ObjectName owner = owners.remove(address);
    if (owner != null) {
      releasing++;
      List<IpAddress> rest = of(owner).stream().filter(other -> !other.equals(address)).toList();
      if (rest.isEmpty()) {
        granted.remove(owner);
      } else {
        granted.put(owner, rest);
      }
    }
    return owner;
  }

  /** Gives a Service what it had in an earlier run, as far as that is still free. */
  void restore(ObjectName name, Collection<IpFamily> needed, Predicate<IpAddress> usable) {
    List<IpAddress> earlier = remembered.remove(name);
    if (earlier == null) {
      return;
    }
    for (IpAddress address : earlier) {
      if (needed.contains(address.family())
          && !has(name, address.family())
          && !owners.containsKey(address)
          && usable.test(address)) {
        grant(name, address);
      }
    }
  }

  /**
   * Gives a Service an address of each family that it needs and has none of.
   *
   * @return the families that no address is free of
   */
  List<IpFamily> fill(
      ObjectName name,
      Collection<IpFamily> needed,
      List<Cidr> ranges,
      Predicate<IpAddress> usable) {
    List<IpFamily> exhausted = new ArrayList<>();
    for (IpFamily family : needed) {
      if (has(name, family)) {
        continue;
      }
      IpAddress free = null;
      for (Cidr range : ranges) {
        if (free == null && range.family() == family) {
          free = firstFree(name, range, usable);
        }
      }
      if (free == null) {
        exhausted.add(family);
      } else {
        grant(name, free);
      }
    }
    return exhausted;
  }

  private @Nullable IpAddress firstFree(ObjectName name, Cidr range, Predicate<IpAddress> usable) {
    int bits = range.family().addressBits() - range.prefix();
    long size = bits >= 24 ? MAX_PLACES : 1L << bits;
    // In a range as small as this there are no ends to spare.
    boolean spare = skipEnds && size > 4;
    long first = spare ? 2 : 0;
    long places = size - first - (spare && range.family() == IpFamily.IPV4 ? 1 : 0);
    long place =
        Spread.place(
            name,
            use,
            places,
            candidate -> {
              IpAddress address = range.address().plus(first + candidate);
              return !owners.containsKey(address) && usable.test(address);
            });
    return place < 0 ? null : range.address().plus(first + place);
  }

  private boolean has(ObjectName name, IpFamily family) {
    return of(name).stream().anyMatch(address -> address.family() == family);
  }

  private void grant(ObjectName name, IpAddress address) {
    granting++;
    List<IpAddress> all = new ArrayList<>(of(name));
    all.add(address);
    granted.put(name, List.copyOf(all));
    owners.put(address, name);
  }
}
