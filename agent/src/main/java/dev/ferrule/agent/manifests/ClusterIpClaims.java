// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.ObjectName;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The cluster addresses that manifests ask for, and who has them. A Service that loses one of its
 * addresses is refused whole and so leaves the other to those behind it; that is why a change is
 * decided anew for all Services that are linked by common addresses.
 */
final class ClusterIpClaims {

  private final Claims<IpAddress> claims = new Claims<>();
  private final Map<IpAddress, ObjectName> winners = new HashMap<>();

  void add(ObjectName name, List<IpAddress> addresses) {
    addresses.forEach(address -> claims.add(address, name));
  }

  void remove(ObjectName name, List<IpAddress> addresses) {
    for (IpAddress address : addresses) {
      claims.remove(address, name);
      winners.remove(address, name);
    }
  }

  /** Whether any manifest asks for the address, even in vain. */
  boolean has(IpAddress address) {
    return claims.has(address);
  }

  /** The Services that can be affected by a change of who asks for these addresses. */
  Set<ObjectName> linked(
      Collection<IpAddress> changed, Function<ObjectName, List<IpAddress>> addressesOf) {
    Set<ObjectName> linked = new HashSet<>();
    Set<IpAddress> seen = new HashSet<>(changed);
    Deque<IpAddress> open = new ArrayDeque<>(seen);
    for (IpAddress next = open.poll(); next != null; next = open.poll()) {
      for (ObjectName name : claims.of(next)) {
        if (linked.add(name)) {
          addressesOf.apply(name).stream().filter(seen::add).forEach(open::add);
        }
      }
    }
    return linked;
  }

  /** Forgets who has the addresses, before it is decided anew. */
  void reopen(ObjectName name, List<IpAddress> addresses) {
    addresses.forEach(address -> winners.remove(address, name));
  }

  /** Who has the address; null if it is still to be had. */
  @Nullable ObjectName winner(IpAddress address) {
    return winners.get(address);
  }

  void win(ObjectName name, List<IpAddress> addresses) {
    addresses.forEach(address -> winners.put(address, name));
  }
}
