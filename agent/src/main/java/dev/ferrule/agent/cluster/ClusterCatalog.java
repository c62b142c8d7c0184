// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ferrule.agent.log.Log;
import dev.ferrule.agent.objects.Manifest;
import dev.ferrule.agent.objects.NodeManifest;
import dev.ferrule.agent.objects.ObjectKey;
import dev.ferrule.agent.objects.ObjectReader;
import dev.ferrule.agent.objects.Problem;
import dev.ferrule.agent.objects.ServiceCidrManifest;
import dev.ferrule.agent.objects.ServiceManifest;
import dev.ferrule.agent.objects.SliceManifest;
import dev.ferrule.rules.model.CatalogChange;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.NodeObject;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.Service;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that is kept of a cluster: each object once, reduced, with the resource version that it is
 * from. Several threads put in what they read; one takes out what is different. An object never
 * goes back to an older version, and a faulty one stays in its last good state.
 */
final class ClusterCatalog {

  private static final String HELD = " (its last good state stays in force)";

  /** The ranges a cluster starts with. */
  private static final String FIRST_CIDR = "kubernetes";

  /**
   * An object as it is kept.
   *
   * @param version {@link Versions#UNKNOWN} if it is no number
   */
  record Kept(long version, Manifest manifest) {}

  private final ObjectReader reader;
  private final Log log;

  // All guarded by this object.
  private final Map<Resource, Map<ObjectName, Kept>> objects = new EnumMap<>(Resource.class);
  private final Map<ObjectName, Map<ObjectName, EndpointSlice>> slices = new HashMap<>();
  private final Map<ObjectKey, List<Problem>> problems = new TreeMap<>();
  private final Map<Resource, String> versions = new EnumMap<>(Resource.class);
  private final Set<Resource> listed = EnumSet.noneOf(Resource.class);
  private final Set<Resource> refused = EnumSet.noneOf(Resource.class);
  private final Set<Resource> startedOver = EnumSet.noneOf(Resource.class);
  private @Nullable NodeObject node;
  private boolean nodeGone;
  private boolean released;
  private final Set<ObjectName> changedServices = new HashSet<>();
  private final Set<ObjectName> changedSlices = new HashSet<>();
  private boolean changedElse;
  private final HandedOn handedOn = new HandedOn();
  private final TriggerTimes triggers = new TriggerTimes(Instant.now());
  private Runnable listener = () -> {};

  ClusterCatalog(ObjectReader reader, Log log) {
    this.reader = reader;
    this.log = log;
    for (Resource resource : Resource.values()) {
      objects.put(resource, new HashMap<>());
    }
  }

  /** Calls this whenever something is different from now on. */
  synchronized void tell(Runnable newListener) {
    listener = newListener;
  }

  /**
   * Takes in an object in its present state.
   *
   * @return what object it is; null if it does not say
   */
  @Nullable ObjectKey put(Resource resource, ObjectNode object) {
    ObjectReader.Result read = reader.read("", object, 0);
    ObjectKey key = read.key();
    if (key == null || key.kind() != resource.kind()) {
      read.problems().forEach(problem -> log.warning(resource.text() + ": " + problem));
      return null;
    }
    long version = version(object);
    synchronized (this) {
      Kept before = of(resource).get(key.name());
      if (before != null && isOlder(version, before.version(), resource)) {
        return key;
      }
      Manifest manifest = read.manifest();
      boolean held = manifest == null && before != null;
      note(key, read.problems(), held);
      if (manifest != null) {
        if (keep(resource, key.name(), before, new Kept(version, manifest))) {
          noteTrigger(manifest, object);
        }
      } else if (before != null) {
        of(resource).put(key.name(), new Kept(version, before.manifest()));
      }
      return key;
    }
  }

  /** An object is gone. */
  void remove(Resource resource, ObjectNode object) {
    ObjectKey key = reader.keyOf(object);
    if (key == null || key.kind() != resource.kind()) {
      return;
    }
    synchronized (this) {
      Kept before = of(resource).get(key.name());
      if (before == null || !isOlder(version(object), before.version(), resource)) {
        drop(resource, key);
      }
    }
  }

  /** A list is complete: what is not in it is gone. */
  synchronized void listed(Resource resource, Set<ObjectKey> keys, String version) {
    for (ObjectName name : List.copyOf(of(resource).keySet())) {
      ObjectKey key = new ObjectKey(resource.kind(), name);
      if (!keys.contains(key)) {
        drop(resource, key);
      }
    }
    problems.keySet().removeIf(key -> key.kind() == resource.kind() && !keys.contains(key));
    versions.put(resource, version);
    startedOver.remove(resource);
    refused.remove(resource);
    listed.add(resource);
    changed();
  }

  /** All up to this version is here. */
  synchronized void seen(Resource resource, String version) {
    versions.put(resource, version);
  }

  /** The server does not tell. */
  synchronized void refused(Resource resource) {
    if (refused.add(resource)) {
      changed();
    }
  }

  /** The next list counts, however old it is. */
  synchronized void startOver(Resource resource) {
    startedOver.add(resource);
    of(resource).replaceAll((name, kept) -> new Kept(Versions.UNKNOWN, kept.manifest()));
  }

  /**
   * Takes in what was known in an earlier run. It is handed on at once; what the server says comes
   * as changes to it once it has said everything.
   */
  synchronized void restore(SavedState.Content saved) {
    saved
        .objects()
        .forEach(
            (resource, kept) ->
                kept.forEach(
                    object ->
                        keep(
                            resource,
                            object.manifest().name(),
                            of(resource).get(object.manifest().name()),
                            object)));
    versions.putAll(saved.versions());
  }

  /** All that is kept, to be written down. */
  synchronized SavedState.Content content() {
    Map<Resource, List<Kept>> all = new EnumMap<>(Resource.class);
    objects.forEach((resource, kept) -> all.put(resource, List.copyOf(kept.values())));
    return new SavedState.Content(Map.copyOf(versions), all);
  }

  synchronized String versionOf(Resource resource) {
    return versions.getOrDefault(resource, "");
  }

  /** What the picture still lacks to be complete, as words; empty for nothing. */
  synchronized List<String> missing(String nodeName) {
    List<String> missing = new ArrayList<>();
    for (Resource resource : Resource.values()) {
      boolean settled =
          listed.contains(resource) || (refused.contains(resource) && !resource.essential());
      if (!settled) {
        missing.add("the list of " + resource.text());
      }
    }
    if (listed.contains(Resource.NODES) && node == null) {
      missing.add(
          "Node " + nodeName + " (there is none of that name; hostnameOverride sets another)");
    }
    return missing;
  }

  /**
   * What is different since it was asked last.
   *
   * @param complete false as long as only an earlier run's picture may be handed on
   */
  synchronized CatalogChange changes(boolean complete) {
    if (!complete && released) {
      return new CatalogChange(Map.of(), Map.of(), publishedNode(), ranges());
    }
    released = true;
    Map<ObjectName, Optional<Service>> newServices = new HashMap<>();
    changedServices.forEach(name -> newServices.put(name, Optional.ofNullable(service(name))));
    Map<ObjectName, List<EndpointSlice>> newSlices = new HashMap<>();
    changedSlices.forEach(name -> newSlices.put(name, slicesOf(name)));
    changedServices.clear();
    changedSlices.clear();
    changedElse = false;
    return handedOn.next(newServices, newSlices, publishedNode(), ranges(), triggers);
  }

  /** Whether something would come of {@link #changes}. */
  synchronized boolean hasChanges() {
    return changedElse || !changedServices.isEmpty() || !changedSlices.isEmpty();
  }

  synchronized List<Problem> problems() {
    return problems.values().stream().flatMap(Collection::stream).toList();
  }

  /** The Services in order of their names, also those without cluster addresses. */
  synchronized List<ServiceManifest> services() {
    return of(Resource.SERVICES).values().stream()
        .map(kept -> (ServiceManifest) kept.manifest())
        .sorted(Comparator.comparing(ServiceManifest::name))
        .toList();
  }

  synchronized List<EndpointSlice> slicesOf(ObjectName service) {
    return List.copyOf(slices.getOrDefault(service, Map.of()).values());
  }

  private Map<ObjectName, Kept> of(Resource resource) {
    return objects.getOrDefault(resource, Map.of());
  }

  private static long version(ObjectNode object) {
    return Versions.number(object.path("metadata").path("resourceVersion").asText(""));
  }

  private boolean isOlder(long version, long than, Resource resource) {
    return version != Versions.UNKNOWN && version < than && !startedOver.contains(resource);
  }

  private void note(ObjectKey key, List<Problem> found, boolean held) {
    if (found.isEmpty()) {
      problems.remove(key);
    } else {
      problems.put(
          key, held ? found.stream().map(problem -> problem.adding(HELD)).toList() : found);
    }
  }

  /** The first list shows what may have been so for long. */
  private void noteTrigger(Manifest manifest, ObjectNode object) {
    if (manifest instanceof SliceManifest known
        && known.slice() != null
        && listed.contains(Resource.ENDPOINT_SLICES)) {
      triggers.changed(known.slice(), object);
    }
  }

  /** Returns whether it is different. */
  private boolean keep(Resource resource, ObjectName name, @Nullable Kept before, Kept after) {
    Manifest old = before == null ? null : before.manifest();
    boolean same = after.manifest().equals(old);
    // What others hold of the old one need not be there twice.
    of(resource)
        .put(name, same && before != null ? new Kept(after.version(), before.manifest()) : after);
    if (!same || (nodeGone && resource == Resource.NODES)) {
      index(old, after.manifest());
    }
    return !same;
  }

  private void drop(Resource resource, ObjectKey key) {
    problems.remove(key);
    Kept before = of(resource).remove(key.name());
    if (before != null) {
      index(before.manifest(), null);
      if (before.manifest() instanceof SliceManifest known && known.slice() != null) {
        triggers.removed(known.slice());
      }
    }
  }

  private void index(@Nullable Manifest before, @Nullable Manifest after) {
    Manifest one = after == null ? before : after;
    if (one instanceof ServiceManifest service) {
      changedServices.add(service.name());
    } else if (one instanceof SliceManifest) {
      indexSlice(before, false);
      indexSlice(after, true);
    } else if (one instanceof NodeManifest ours) {
      indexNode(ours.node(), after == null);
    } else if (one instanceof ServiceCidrManifest) {
      changedElse = true;
    }
    changed();
  }

  private void indexSlice(@Nullable Manifest manifest, boolean present) {
    if (!(manifest instanceof SliceManifest known) || known.slice() == null) {
      return;
    }
    ObjectName service = known.slice().service();
    changedSlices.add(service);
    if (present) {
      slices.computeIfAbsent(service, name -> new TreeMap<>()).put(known.name(), known.slice());
    } else {
      Map<ObjectName, EndpointSlice> rest = slices.getOrDefault(service, Map.of());
      rest.remove(known.name());
      if (rest.isEmpty()) {
        slices.remove(service);
      }
    }
  }

  /** A Node that was deleted takes nothing with it: its Pods are still there. */
  private void indexNode(NodeObject ours, boolean gone) {
    changedElse = true;
    node = ours;
    if (gone && !nodeGone) {
      log.warning(
          "Node "
              + ours.name()
              + " was deleted: its zone and Pod ranges stay in force, and /healthz says no");
    } else if (nodeGone && !gone) {
      log.info("Node " + ours.name() + " is there again");
    }
    nodeGone = gone;
  }

  private @Nullable NodeObject publishedNode() {
    NodeObject ours = node;
    return ours == null || !nodeGone
        ? ours
        : new NodeObject(ours.name(), ours.zone(), ours.primaryAddresses(), ours.podCidrs(), true);
  }

  private void changed() {
    listener.run();
  }

  /** The Service as far as there is something to forward. */
  private @Nullable Service service(ObjectName name) {
    Kept kept = of(Resource.SERVICES).get(name);
    return kept != null
            && kept.manifest() instanceof ServiceManifest manifest
            && !manifest.foreign()
            && manifest.hasClusterIps()
        ? manifest.written()
        : null;
  }

  /** The ranges of ServiceCIDR objects: those a cluster starts with, then from old to new. */
  private List<Cidr> ranges() {
    return of(Resource.SERVICE_CIDRS).values().stream()
        .map(kept -> (ServiceCidrManifest) kept.manifest())
        .sorted(
            Comparator.comparing(
                    (ServiceCidrManifest cidr) -> !cidr.name().name().equals(FIRST_CIDR))
                .thenComparingLong(ServiceCidrManifest::created)
                .thenComparing(ServiceCidrManifest::name))
        .flatMap(cidr -> cidr.ranges().stream())
        .distinct()
        .toList();
  }
}
