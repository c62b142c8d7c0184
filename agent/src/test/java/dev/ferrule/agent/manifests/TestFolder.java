// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.manifests;

import dev.ferrule.agent.objects.Problem;
import dev.ferrule.rules.model.CatalogChange;
import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.ObjectName;
import dev.ferrule.rules.model.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A folder on disk, what is read from it, and the picture that all changes so far add up to. */
final class TestFolder {

  static final String NODE = "here";

  final Path directory;
  final ManifestFolder folder;
  final Map<ObjectName, Service> services = new TreeMap<>();
  final Map<ObjectName, List<EndpointSlice>> slices = new TreeMap<>();
  @Nullable CatalogChange last;

  TestFolder(Path directory) {
    this(directory, ManifestSettings.defaults(NODE));
  }

  TestFolder(Path directory, ManifestSettings settings) {
    this.directory = directory;
    this.folder = new ManifestFolder(directory, settings);
  }

  TestFolder write(String file, String text) {
    try {
      Files.writeString(directory.resolve(file), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  TestFolder delete(String file) {
    try {
      Files.deleteIfExists(directory.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  TestFolder load() {
    return take(folder.load());
  }

  TestFolder refresh(String... files) {
    return take(folder.refresh(List.of(files)));
  }

  TestFolder rescan() {
    return take(folder.rescan());
  }

  private TestFolder take(CatalogChange change) {
    last = change;
    change.applyTo(services, slices);
    return this;
  }

  CatalogChange last() {
    if (last == null) {
      throw new IllegalStateException("nothing was read yet");
    }
    return last;
  }

  /** A Service in namespace default. */
  Service service(String name) {
    Service service = services.get(new ObjectName("default", name));
    if (service == null) {
      throw new AssertionError("no Service " + name + "; problems: " + problems());
    }
    return service;
  }

  /** The first slice of a Service in namespace default. */
  EndpointSlice slice(String name) {
    return slices.getOrDefault(new ObjectName("default", name), List.of()).get(0);
  }

  boolean has(String name) {
    return services.containsKey(new ObjectName("default", name));
  }

  /** Cluster addresses of a Service as text. */
  List<String> ips(String name) {
    return service(name).clusterIps().stream().map(Object::toString).toList();
  }

  /**
   * All endpoints of a Service as {@code portName=address:port}, those not ready with a {@code !}.
   */
  List<String> endpoints(String name) {
    List<String> endpoints = new ArrayList<>();
    for (EndpointSlice slice : slices.getOrDefault(new ObjectName("default", name), List.of())) {
      for (EndpointSlice.Port port : slice.ports()) {
        slice
            .endpoints()
            .forEach(
                endpoint ->
                    endpoints.add(
                        (endpoint.ready() ? "" : "!")
                            + port.name()
                            + "="
                            + endpoint.address()
                            + ":"
                            + port.port()));
      }
    }
    endpoints.sort(null);
    return endpoints;
  }

  List<String> problems() {
    return folder.problems().stream().map(Problem::toString).toList();
  }
}
