// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import dev.ferrule.agent.objects.EndpointsManifest;
import dev.ferrule.agent.objects.PodManifest;
import dev.ferrule.agent.objects.ServiceManifest;
import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.ObjectName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All that endpoints can come from: EndpointSlices, Endpoints and Pods. */
final class EndpointIndex {

  private final Map<ObjectName, Map<ObjectName, EndpointSlice>> slices = new HashMap<>();
  private final Map<ObjectName, EndpointsManifest> endpoints = new HashMap<>();
  private final PodIndex pods = new PodIndex();

  void add(EndpointSlice slice) {
    slices.computeIfAbsent(slice.service(), key -> new TreeMap<>()).put(slice.name(), slice);
  }

  void remove(EndpointSlice slice) {
    slices.computeIfPresent(
        slice.service(),
        (key, all) -> {
          all.remove(slice.name());
          return all.isEmpty() ? null : all;
        });
  }

  void add(EndpointsManifest manifest) {
    endpoints.put(manifest.name(), manifest);
  }

  void remove(EndpointsManifest manifest) {
    endpoints.remove(manifest.name());
  }

  void add(PodManifest pod) {
    pods.add(pod);
  }

  void remove(PodManifest pod) {
    pods.remove(pod);
  }

  /** The EndpointSlice objects that name the Service, whether there is such a Service or not. */
  List<EndpointSlice> written(ObjectName service) {
    Map<ObjectName, EndpointSlice> all = slices.get(service);
    return all == null ? List.of() : List.copyOf(all.values());
  }

  /**
   * The slices of a Service: its EndpointSlices if there are any, else those of its Endpoints
   * object, else those of the Pods that it selects.
   */
  List<EndpointSlice> slicesOf(ServiceManifest service, List<IpFamily> families) {
    List<EndpointSlice> written = written(service.name());
    if (!written.isEmpty()) {
      return written;
    }
    EndpointsManifest manifest = endpoints.get(service.name());
    if (manifest != null) {
      return manifest.slices();
    }
    Map<String, String> selector = service.written().selector();
    return selector.isEmpty()
        ? List.of()
        : PodSlices.of(service, families, pods.select(service.name().namespace(), selector));
  }
}
