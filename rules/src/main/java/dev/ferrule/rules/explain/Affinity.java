// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.explain;

import dev.ferrule.rules.compile.Backend;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What session affinity remembers of the client of a connection. */
@FunctionalInterface
public interface Affinity {

  /** Nothing. */
  Affinity NOBODY = pool -> null;

  /**
   * The endpoint that the client stays with; null for none.
   *
   * @param pool the endpoints among which one would be chosen, in the order of the rules
   */
  @Nullable Backend endpoint(List<Backend> pool);
}
