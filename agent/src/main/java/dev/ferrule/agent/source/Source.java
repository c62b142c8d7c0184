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
 * Where Services, endpoints and this node's Node object come from. What is faulty is left out, or
 * held in its last good state if it had one, and named in {@link #problems}.
 *
 * <p>Not thread-safe: one thread owns it.
 */
public interface Source {

  /** What it is, for messages, e.g. {@code the folder /etc/ferrule/manifests}. */
  String name();

  /**
   * Tells the complete picture, to be asked for once, first; waits until there is one.
   *
   * @param parts takes it in parts that follow each other, in the calling thread: the picture is
   *     complete when this returns, and not before
   * @throws InterruptedException if the thread is to end while it waits
   * @throws SourceException if there never will be one
   */
  void load(Consumer<CatalogChange> parts) throws InterruptedException, SourceException;

  /** All that is not in force as it is written. */
  List<Problem> problems();

  /** All Services with their endpoints, in order of namespaces and names, for display. */
  List<ShownService> services();

  /**
   * The addresses of a Pod, the first of each family; empty if it has none, null if there is no
   * such Pod.
   *
   * @throws SourceException if it cannot be found out
   */
  @Nullable List<IpAddress> podAddresses(ObjectName pod) throws SourceException;

  /** What was loaded and changed so far is in force: worth to be remembered over a restart. */
  void inForce();
}
