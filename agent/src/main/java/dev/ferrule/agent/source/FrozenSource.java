// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.source;

import dev.ferrule.agent.objects.Problem;
import dev.ferrule.agent.show.ShownService;
import dev.ferrule.rules.model.CatalogChange;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.ObjectName;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a source said at one instant. It does not change any more, so any thread may have it.
 *
 * @param catalog the complete picture
 */
public record FrozenSource(
    String name,
    CatalogChange catalog,
    List<ShownService> services,
    List<Problem> problems,
    PodFinder pods)
    implements Source {

  /** Pods are not part of the picture: they are many, and one at most is asked for. */
  @FunctionalInterface
  public interface PodFinder {
    /** See {@link Source#podAddresses}. */
    @Nullable List<IpAddress> addresses(ObjectName pod) throws SourceException;
  }

  public FrozenSource {
    services = List.copyOf(services);
    problems = List.copyOf(problems);
  }

  @Override
  public void load(Consumer<CatalogChange> parts) {
    parts.accept(catalog);
  }

  @Override
  public @Nullable List<IpAddress> podAddresses(ObjectName pod) throws SourceException {
    return pods.addresses(pod);
  }

  @Override
  public void inForce() {
    // It is the followed source that remembers.
  }
}
