// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import dev.ferrule.agent.log.Log;
import dev.ferrule.agent.source.SourceException;
import dev.ferrule.rules.model.CatalogChange;
import java.util.function.Consumer;

/** A cluster as it is at one moment: each kind of objects is listed once. */
public final class ClusterSnapshot extends ClusterPicture {

  private final ClusterSettings settings;
  private final Log log;

  /**
   * Nothing is asked for before {@link #load}.
   *
   * @param log takes what the operator should know, a sentence each
   */
  public ClusterSnapshot(ClusterSettings settings, Log log) {
    super(settings, log);
    this.settings = settings;
    this.log = log;
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
        log.warning(text + "; going on without");
      }
    }
    parts.accept(catalog.changes(true));
  }

  @Override
  public void inForce() {
    // The next run asks the cluster itself.
  }
}
