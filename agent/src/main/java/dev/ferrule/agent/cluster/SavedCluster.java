// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.cluster;

import dev.ferrule.agent.log.Log;
import dev.ferrule.agent.source.SourceException;
import dev.ferrule.rules.model.CatalogChange;
import java.nio.file.Path;
import java.util.function.Consumer;

/** A cluster as it was last known; the API server is not asked. */
public final class SavedCluster extends ClusterPicture {

  private final SavedState saved;

  /** Nothing is read before {@link #load}. */
  public SavedCluster(ClusterSettings settings, Log log) {
    super(settings, log);
    this.saved = new SavedState(settings.stateDirectory(), server.url(), settings.nodeName());
  }

  /** Where it is written. */
  public Path file() {
    return saved.file();
  }

  /** Whether anything was saved. */
  public boolean isThere() {
    return saved.isThere();
  }

  /**
   * Tells what was saved.
   *
   * @throws SourceException if there is nothing, or nothing that can be used
   */
  @Override
  public void load(Consumer<CatalogChange> parts) throws SourceException {
    try {
      SavedState.Content content = saved.read(reader);
      if (content == null) {
        throw new SourceException(saved.file() + " is not there");
      }
      catalog.restore(content);
    } catch (SavedState.UnusableException e) {
      throw new SourceException(saved.file() + " " + e.getMessage(), e);
    }
    parts.accept(catalog.changes(true));
  }

  @Override
  public void inForce() {
    // It is saved already.
  }
}
