// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import dev.ferrule.agent.manifests.ObjectRegistry.Change;
import dev.ferrule.agent.objects.BadFieldException;
import dev.ferrule.agent.objects.EndpointsManifest;
import dev.ferrule.agent.objects.Kind;
import dev.ferrule.agent.objects.Manifest;
import dev.ferrule.agent.objects.NodeManifest;
import dev.ferrule.agent.objects.PodManifest;
import dev.ferrule.agent.objects.ServiceCidrManifest;
import dev.ferrule.agent.objects.ServiceManifest;
import dev.ferrule.agent.objects.SliceManifest;
import dev.ferrule.rules.model.CatalogChange;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.model.NodeObject;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.Service;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What API server and controllers do in a cluster, for the objects of a folder: Services get their
 * addresses and their endpoints. Only what depends on a change is looked at again.
 */
final class ControlPlane {

  /** The ServiceCIDR object that an API server makes from its own settings. */
  private static final ObjectName FIRST_CIDR = new ObjectName("", "kubernetes");

  private final ManifestSettings settings;
  private final ServiceAdmission admission;
  private final EndpointIndex endpoints = new EndpointIndex();
  private final SelectorIndex selectors = new SelectorIndex();
  private final Map<ObjectName, ServiceCidrManifest> serviceCidrs = new TreeMap<>();
  private final Map<ObjectName, Service> published = new HashMap<>();
  private final Map<ObjectName, List<EndpointSlice>> publishedSlices = new HashMap<>();
  private @Nullable NodeObject node;

  ControlPlane(ManifestSettings settings, Grants grants) {
    this.settings = settings;
    this.admission = new ServiceAdmission(settings, grants);
  }

  ServiceAdmission admission() {
    return admission;
  }

  /** Takes in objects that changed; returns what a service proxy has to learn of it. */
  CatalogChange apply(Collection<Change> changes) {
    Map<ObjectName, Optional<ServiceManifest>> services = new HashMap<>();
    Set<ObjectName> stale = new HashSet<>();
    for (Change change : changes) {
      if (change.key().kind() == Kind.SERVICE) {
        services.put(change.key().name(), Optional.ofNullable((ServiceManifest) change.after()));
        fileSelector(change.key().name(), (ServiceManifest) change.after());
      }
    }
    for (Change change : changes) {
      if (change.before() != null) {
        take(change.before(), false, stale);
      }
      if (change.after() != null) {
        take(change.after(), true, stale);
      }
    }
    Map<ObjectName, Optional<Service>> changedServices = new HashMap<>();
    for (ObjectName name : admission.update(services, ranges())) {
      stale.add(name);
      publish(name, changedServices);
    }
    stale.addAll(services.keySet());
    Map<ObjectName, List<EndpointSlice>> changedSlices = new HashMap<>();
    stale.forEach(name -> publishSlices(name, changedSlices));
    return new CatalogChange(changedServices, changedSlices, node, writtenRanges());
  }

  /** The slices of a Service, also of one that no proxy looks at. */
  List<EndpointSlice> slicesOf(ServiceManifest manifest) {
    return endpoints.slicesOf(manifest, familiesOf(manifest));
  }

  /** The families of a Service's addresses, or those a headless one would have. */
  List<IpFamily> familiesOf(ServiceManifest manifest) {
    Service service = admission.admitted(manifest.name());
    if (service != null && !service.clusterIps().isEmpty()) {
      return service.clusterIps().stream().map(IpAddress::family).toList();
    }
    try {
      return admission.claims().ranges().familiesOf(manifest);
    } catch (BadFieldException e) {
      // A headless Service may ask for a family that the cluster has no range of.
      return manifest.families();
    }
  }

  private void fileSelector(ObjectName name, @Nullable ServiceManifest manifest) {
    if (manifest == null || manifest.written().selector().isEmpty()) {
      selectors.remove(name);
    } else {
      selectors.put(name, manifest.written().selector());
    }
  }

  private void take(Manifest manifest, boolean present, Set<ObjectName> stale) {
    if (manifest instanceof SliceManifest slice && slice.slice() != null) {
      if (present) {
        endpoints.add(slice.slice());
      } else {
        endpoints.remove(slice.slice());
      }
      stale.add(slice.slice().service());
    } else if (manifest instanceof EndpointsManifest written) {
      if (present) {
        endpoints.add(written);
      } else {
        endpoints.remove(written);
      }
      stale.add(written.name());
    } else if (manifest instanceof PodManifest pod) {
      if (present) {
        endpoints.add(pod);
      } else {
        endpoints.remove(pod);
      }
      stale.addAll(selectors.matching(pod.name().namespace(), pod.labels()));
    } else if (manifest instanceof NodeManifest written
        && written.name().name().equals(settings.nodeName())) {
      node = present ? written.node() : null;
    } else if (manifest instanceof ServiceCidrManifest written) {
      if (present) {
        serviceCidrs.put(written.name(), written);
      } else {
        serviceCidrs.remove(written.name());
      }
    }
  }

  private void publish(ObjectName name, Map<ObjectName, Optional<Service>> changed) {
    ServiceManifest manifest = admission.claims().manifest(name);
    Service now = manifest == null || manifest.foreign() ? null : admission.admitted(name);
    Service before = now == null ? published.remove(name) : published.put(name, now);
    if (now == null ? before != null : !now.equals(before)) {
      changed.put(name, Optional.ofNullable(now));
    }
  }

  private void publishSlices(ObjectName name, Map<ObjectName, List<EndpointSlice>> changed) {
    Service service = published.get(name);
    ServiceManifest manifest = admission.claims().manifest(name);
    List<EndpointSlice> now =
        service == null || manifest == null || service.clusterIps().isEmpty()
            ? endpoints.written(name)
            : slicesOf(manifest);
    List<EndpointSlice> before =
        now.isEmpty() ? publishedSlices.remove(name) : publishedSlices.put(name, now);
    if (!now.equals(before == null ? List.of() : before)) {
      changed.put(name, now);
    }
  }

  /** The ranges of ServiceCIDR objects: those a cluster starts with, then from old to new. */
  private List<Cidr> writtenRanges() {
    return serviceCidrs.values().stream()
        .sorted(
            Comparator.comparing((ServiceCidrManifest cidr) -> !cidr.name().equals(FIRST_CIDR))
                .thenComparingLong(ServiceCidrManifest::created))
        .flatMap(manifest -> manifest.ranges().stream())
        .distinct()
        .toList();
  }

  private ServiceRanges ranges() {
    List<Cidr> written = writtenRanges();
    return new ServiceRanges(written.isEmpty() ? settings.serviceRanges() : written);
  }
}
