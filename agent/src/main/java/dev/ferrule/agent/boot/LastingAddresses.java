// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.boot;

import dev.ferrule.rules.model.IpAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which addresses are worth to be remembered: those that are there, and those that went a moment
 * ago. A host that is shut down takes its addresses off while the agent still runs, and is to have
 * them again when it comes back.
 */
final class LastingAddresses {

  /** Longer than what is stopped with the network has left to run: TimeoutStopSec is 20 s. */
  static final Duration LASTING = Duration.ofSeconds(30);

  private final TreeMap<IpAddress, Long> seen = new TreeMap<>();
  private Set<IpAddress> present = Set.of();

  /** Begins with what an earlier run remembered. */
  LastingAddresses(Collection<IpAddress> remembered, long nanos) {
    remembered.forEach(address -> seen.put(address, nanos));
  }

  /** These are there now, and no others. */
  void are(Collection<IpAddress> now, long nanos) {
    present.forEach(address -> seen.put(address, nanos));
    present = Set.copyOf(now);
    present.forEach(address -> seen.put(address, nanos));
  }

  /** Those to be remembered, in order. */
  List<IpAddress> remembered(long nanos) {
    seen.entrySet()
        .removeIf(
            entry ->
                !present.contains(entry.getKey()) && nanos - entry.getValue() >= LASTING.toNanos());
    return List.copyOf(seen.keySet());
  }

  /** Whether some of them are gone, so that time alone will change what is remembered. */
  boolean someAreGone() {
    return !present.containsAll(seen.keySet());
  }
}
