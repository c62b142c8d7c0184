// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import dev.ferrule.rules.model.CatalogChange;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.NodeObject;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.Service;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What was told of a cluster already, so that only what is different is told again. */
final class HandedOn {

  private final Map<ObjectName, Service> services = new HashMap<>();
  private final Map<ObjectName, List<EndpointSlice>> slices = new HashMap<>();

  /**
   * What is different, which counts as told from now on.
   *
   * @param newServices the present state of those that may be others; is reduced to those that are
   * @param newSlices the same of slices, by Service
   * @param triggers those of slices that are different are taken out
   */
  CatalogChange next(
      Map<ObjectName, Optional<Service>> newServices,
      Map<ObjectName, List<EndpointSlice>> newSlices,
      @Nullable NodeObject node,
      List<Cidr> ranges,
      TriggerTimes triggers) {
    newServices.entrySet().removeIf(entry -> !take(entry.getKey(), entry.getValue()));
    newSlices.entrySet().removeIf(entry -> !take(entry.getKey(), entry.getValue()));
    return new CatalogChange(
        newServices, newSlices, node, ranges, triggers.take(newSlices.keySet()));
  }

  private boolean take(ObjectName name, Optional<Service> now) {
    Service before = now.isPresent() ? services.put(name, now.get()) : services.remove(name);
    return !now.equals(Optional.ofNullable(before));
  }

  private boolean take(ObjectName name, List<EndpointSlice> now) {
    List<EndpointSlice> before = now.isEmpty() ? slices.remove(name) : slices.put(name, now);
    return !now.equals(before == null ? List.of() : before);
  }
}
