// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a source has to tell: the first one after the start is the complete picture, each later one
 * holds only the Services and slices that are different since.
 *
 * @param services the new state of each Service that changed; empty for one that is gone
 * @param slices by Service, for each Service whose slices changed: all of its slices
 * @param node this node's Node object as it is now, whether it changed or not; null without one
 * @param serviceCidrs the ranges of all ServiceCIDR objects as they are now
 * @param triggers when that changed because of which slices are different, as far as it is known
 */
public record CatalogChange(
    Map<ObjectName, Optional<Service>> services,
    Map<ObjectName, List<EndpointSlice>> slices,
    @Nullable NodeObject node,
    List<Cidr> serviceCidrs,
    List<EndpointTrigger> triggers) {

  public CatalogChange {
    services = Map.copyOf(services);
    slices = Map.copyOf(slices);
    serviceCidrs = List.copyOf(serviceCidrs);
    triggers = List.copyOf(triggers);
  }

  /** Without what made slices different. */
  public CatalogChange(
      Map<ObjectName, Optional<Service>> services,
      Map<ObjectName, List<EndpointSlice>> slices,
      @Nullable NodeObject node,
      List<Cidr> serviceCidrs) {
    this(services, slices, node, serviceCidrs, List.of());
  }

  /** Brings maps of all Services and of the slices of each up to date. */
  public void applyTo(
      Map<ObjectName, Service> allServices, Map<ObjectName, List<EndpointSlice>> allSlices) {
    services.forEach(
        (name, service) ->
            service.ifPresentOrElse(
                present -> allServices.put(name, present), () -> allServices.remove(name)));
    slices.forEach(
        (name, all) -> {
          if (all.isEmpty()) {
            allSlices.remove(name);
          } else {
            allSlices.put(name, all);
          }
        });
  }
}
