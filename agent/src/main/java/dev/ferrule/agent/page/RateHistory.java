// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.page;

import dev.ferrule.agent.traffic.ConnectionCounts;
import dev.ferrule.agent.traffic.ServiceEndpoint;
import dev.ferrule.rules.compile.ServicePortName;
import dev.ferrule.rules.model.ObjectName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * New connections a second of the last minutes, of Services that had any. One thread adds, any
 * thread may read.
 */
final class RateHistory {

  /** How many points are kept. */
  static final int POINTS = 60;

  /** For more Services with traffic than this there is a rate, but no history. */
  private static final int HISTORIES = 10_000;

  // Guarded by this object.
  private final Map<ObjectName, float[]> rings = new HashMap<>();
  private @Nullable ConnectionCounts before;
  private @Nullable ConnectionCounts last;
  private int added;

  /** Adds what was read; what was read before already is nothing new. */
  synchronized void add(ConnectionCounts counts) {
    if (last != null && counts.nanos() - last.nanos() <= 0) {
      return;
    }
    before = last;
    last = counts;
    if (before == null) {
      return;
    }
    Map<ObjectName, Float> rates = rates(before, counts);
    int slot = added++ % POINTS;
    for (Iterator<float[]> all = rings.values().iterator(); all.hasNext(); ) {
      float[] ring = all.next();
      ring[slot] = 0;
      if (isQuiet(ring)) {
        all.remove();
      }
    }
    rates.forEach(
        (service, rate) -> {
          float[] ring = rings.get(service);
          if (ring == null && rings.size() < HISTORIES) {
            ring = new float[POINTS];
            rings.put(service, ring);
          }
          if (ring != null) {
            ring[slot] = rate;
          }
        });
  }

  private static boolean isQuiet(float[] ring) {
    for (float rate : ring) {
      if (rate > 0) {
        return false;
      }
    }
    return true;
  }

  private static Map<ObjectName, Float> rates(ConnectionCounts before, ConnectionCounts now) {
    float seconds = (now.nanos() - before.nanos()) / 1e9f;
    Map<ObjectName, Float> rates = new HashMap<>();
    now.services()
        .forEach(
            (port, count) -> {
              long more = count - before.services().getOrDefault(port, 0L);
              if (more > 0) {
                rates.merge(port.service(), more / seconds, Float::sum);
              }
            });
    return rates;
  }

  /** Whether there are rates yet. */
  synchronized boolean isKnown() {
    return before != null;
  }

  /** Of each Service that has connections now: how many a second. */
  synchronized Map<ObjectName, Float> now() {
    return before == null || last == null ? Map.of() : rates(before, last);
  }

  /** Of a port now. */
  synchronized float now(ServicePortName port) {
    return before == null || last == null
        ? 0
        : rate(before.services().get(port), last.services().get(port));
  }

  /** Of an endpoint now. */
  synchronized float now(ServiceEndpoint endpoint) {
    return before == null || last == null
        ? 0
        : rate(before.endpoints().get(endpoint), last.endpoints().get(endpoint));
  }

  private float rate(@Nullable Long was, @Nullable Long is) {
    if (before == null || last == null || is == null) {
      return 0;
    }
    float seconds = (last.nanos() - before.nanos()) / 1e9f;
    return Math.max(0, is - (was == null ? 0 : was)) / seconds;
  }

  /** Its points from the oldest to the latest; none if it had no connections. */
  synchronized List<Float> of(ObjectName service) {
    float[] ring = rings.get(service);
    if (ring == null) {
      return List.of();
    }
    int points = Math.min(added, POINTS);
    List<Float> inOrder = new ArrayList<>(points);
    for (int i = 0; i < points; i++) {
      inOrder.add(ring[(added - points + i) % POINTS]);
    }
    return inOrder;
  }
}
