// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.EndpointTrigger;
import dev.ferrule.rules.model.ObjectName;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What made the control plane write the slices that are not handed on yet. As in kube-proxy's
 * {@code EndpointsChangeTracker}, times of before the start do not count, nor do those of a Service
 * of which a slice was removed: its annotation is from an earlier change. Nothing is kept once it
 * is handed on.
 */
final class TriggerTimes {

  private static final String ANNOTATION = "endpoints.kubernetes.io/last-change-trigger-time";

  /** Of a Service between two syncs; whoever rolls out faster is measured by these. */
  private static final int OF_A_SERVICE = 100;

  private final Instant start;
  private final Map<ObjectName, List<EndpointTrigger>> pending = new HashMap<>();

  TriggerTimes(Instant start) {
    this.start = start;
  }

  /** A slice is different from before. */
  void changed(EndpointSlice slice, ObjectNode object) {
    String text = object.path("metadata").path("annotations").path(ANNOTATION).asText("");
    if (text.isEmpty()) {
      return;
    }
    Instant at;
    try {
      at = OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      return; // nothing but a measurement is lost
    }
    List<EndpointTrigger> times =
        pending.computeIfAbsent(slice.service(), service -> new ArrayList<>());
    if (at.isAfter(start) && times.size() < OF_A_SERVICE) {
      times.add(new EndpointTrigger(slice.service(), slice.family(), at.toEpochMilli()));
    }
  }

  /** A slice is gone. */
  void removed(EndpointSlice slice) {
    pending.remove(slice.service());
  }

  /** What belongs to these Services; all else is forgotten, as it came to nothing. */
  List<EndpointTrigger> take(Set<ObjectName> services) {
    List<EndpointTrigger> taken =
        pending.entrySet().stream()
            .filter(entry -> services.contains(entry.getKey()))
            .flatMap(entry -> entry.getValue().stream())
            .toList();
    pending.clear();
    return taken;
  }
}
