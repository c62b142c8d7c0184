// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import dev.ferrule.agent.log.Log;
import dev.ferrule.agent.objects.Problem;
import dev.ferrule.rules.model.CatalogChange;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.Endpoint;
import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.NodeObject;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.Service;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A cluster source with the thread that owns it, and the picture that its changes add up to. */
final class FollowedCluster implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ClusterSource source;
  private final Thread owner;

  // All guarded by this object.
  private final List<String> lines = new ArrayList<>();
  private final List<CatalogChange> changes = new ArrayList<>();
  private final Map<ObjectName, Service> services = new TreeMap<>();
  private final Map<ObjectName, List<EndpointSlice>> slices = new TreeMap<>();
  private boolean news;

  FollowedCluster(ClusterSettings settings, Duration behind) {
    source = new ClusterSource(settings, behind, Log.of(this::line));
    owner = new Thread(this::own, "owner");
    owner.start();
  }

  private void own() {
    try {
      // Parts are no picture before the last of them.
      List<CatalogChange> parts = new ArrayList<>();
      source.load(parts::add);
      take(parts.stream().reduce(FollowedCluster::together).orElseThrow());
      source.follow(this::changed);
      while (true) {
        awaitNews();
        take(source.changes());
        source.inForce();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static CatalogChange together(CatalogChange first, CatalogChange last) {
    Map<ObjectName, Optional<Service>> services = new HashMap<>(first.services());
    services.putAll(last.services());
    Map<ObjectName, List<EndpointSlice>> slices = new HashMap<>(first.slices());
    slices.putAll(last.slices());
    return new CatalogChange(services, slices, last.node(), last.serviceCidrs());
  }

  private synchronized void line(String text) {
    lines.add(text);
    notifyAll();
  }

  private synchronized void changed() {
    news = true;
    notifyAll();
  }

  private synchronized void awaitNews() throws InterruptedException {
    while (!news) {
      wait();
    }
    news = false;
  }

  private synchronized void take(CatalogChange change) {
    changes.add(change);
    change.applyTo(services, slices);
    notifyAll();
  }

  /** Waits until the picture or the lines are so; fails with all that is known if they are not. */
  synchronized FollowedCluster await(Predicate<FollowedCluster> expected) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!expected.test(this)) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new AssertionError("that never came: " + this);
      }
      try {
        // What is not told here, as problems, is looked at again.
        wait(Math.min(left, 20));
      } catch (InterruptedException e) {
        throw new AssertionError("interrupted", e);
      }
    }
    return this;
  }

  /** Waits for the first picture. */
  FollowedCluster awaitPicture() {
    return await(FollowedCluster::loaded);
  }

  /** Waits for a line that has all these parts. */
  FollowedCluster awaitLine(String... parts) {
    return await(cluster -> cluster.said(parts));
  }

  synchronized boolean loaded() {
    return !changes.isEmpty();
  }

  synchronized boolean said(String... parts) {
    return lines.stream().anyMatch(line -> List.of(parts).stream().allMatch(line::contains));
  }

  synchronized List<String> lines() {
    return List.copyOf(lines);
  }

  synchronized List<CatalogChange> changes() {
    return List.copyOf(changes);
  }

  synchronized Map<ObjectName, Service> services() {
    return new TreeMap<>(services);
  }

  synchronized Map<ObjectName, List<EndpointSlice>> slices() {
    return new TreeMap<>(slices);
  }

  synchronized boolean has(ObjectName service) {
    return services.containsKey(service);
  }

  /** The first port of a Service; 0 if there is no such Service. */
  synchronized int port(ObjectName service) {
    Service found = services.get(service);
    return found == null ? 0 : found.ports().get(0).port();
  }

  /** The addresses of all endpoints of a Service, in the order of its slices. */
  synchronized List<String> endpoints(ObjectName service) {
    return slices.getOrDefault(service, List.of()).stream()
        .flatMap(slice -> slice.endpoints().stream())
        .map(Endpoint::address)
        .map(Object::toString)
        .toList();
  }

  synchronized @Nullable NodeObject node() {
    return changes.isEmpty() ? null : changes.get(changes.size() - 1).node();
  }

  synchronized List<String> ranges() {
    return changes.isEmpty()
        ? List.of()
        : changes.get(changes.size() - 1).serviceCidrs().stream().map(Cidr::toString).toList();
  }

  List<String> problems() {
    return source.problems().stream().map(Problem::toString).toList();
  }

  ClusterSource source() {
    return source;
  }

  @Override
  public void close() {
    owner.interrupt();
    try {
      owner.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    source.close();
  }

  @Override
  public synchronized String toString() {
    return changes.size()
        + " changes, Services "
        + services
        + ", slices "
        + slices
        + ", Node "
        + node()
        + ", problems "
        + problems()
        + ", lines\n"
        + String.join("\n", lines);
  }
}
