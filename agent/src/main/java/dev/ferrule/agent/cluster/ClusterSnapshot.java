// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import dev.ferrule.agent.objects.ObjectReader;
import dev.ferrule.agent.objects.Problem;
import dev.ferrule.agent.show.ShownService;
import dev.ferrule.agent.source.Source;
import dev.ferrule.agent.source.SourceException;
import dev.ferrule.rules.model.CatalogChange;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.ObjectName;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A cluster as it is at one moment: each kind of objects is listed once. */
public final class ClusterSnapshot implements Source {

  private final ClusterSettings settings;
  private final ObjectReader reader;
  private final ApiServer server;
  private final ClusterCatalog catalog;
  private final Consumer<String> log;

  /**
   * Nothing is asked for before {@link #load}.
   *
   * @param log takes what the operator should know, a sentence each
   */
  public ClusterSnapshot(ClusterSettings settings, Consumer<String> log) {
    this.settings = settings;
    this.reader = new ObjectReader(settings.reading());
    this.server = new ApiServer(settings.access());
    this.catalog = new ClusterCatalog(reader, log);
    this.log = log;
  }

  @Override
  public String name() {
    return server.url();
  }

  @Override
  public void load(Consumer<CatalogChange> parts) throws InterruptedException, SourceException {
    for (Resource resource : Resource.values()) {
      try {
        new Lister(resource, server, catalog, settings.nodeName(), settings.silence()).list("");
      } catch (ApiException e) {
        boolean refused =
            e.kind() == ApiException.Kind.FORBIDDEN || e.kind() == ApiException.Kind.MISSING;
        String text =
            e.kind() == ApiException.Kind.UNREACHABLE
                ? e.reason()
                : resource.text() + ": " + e.reason();
        if (resource.essential() || !refused) {
          throw new SourceException(text, e);
        }
        log.accept(text + "; going on without");
      }
    }
    parts.accept(catalog.changes(true));
  }

  @Override
  public List<Problem> problems() {
    return catalog.problems();
  }

  @Override
  public List<ShownService> services() {
    return ClusterPicture.of(catalog);
  }

  @Override
  public @Nullable List<IpAddress> podAddresses(ObjectName pod) throws SourceException {
    return PodLookup.addresses(server, reader, pod);
  }

  @Override
  public void inForce() {
    // The next run asks the cluster itself.
  }
}
