// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.compile;

import java.util.List;

/** What happens to a new connection. */
public sealed interface Target {

  /**
   * One of the backends at random, each with the same chance.
   *
   * @param pool which of the Service's two sets of endpoints this is
   * @param backends sorted, without duplicates, at least one
   */
  record Balance(Pool pool, List<Backend> backends) implements Target {
    public Balance {
      backends = List.copyOf(backends);
      if (backends.isEmpty()) {
        throw new IllegalArgumentException("nothing to balance over");
      }
    }
  }

  /** Swallowed: other nodes have endpoints, but the policy allows only this node's. */
  record Drop() implements Target {}

  /** Refused at once: there is no usable endpoint anywhere. */
  record Reject() implements Target {}

  /** The two sets of endpoints of a Service port. */
  enum Pool {
    /** Endpoints anywhere in the cluster. */
    CLUSTER,
    /** Endpoints on this node. */
    LOCAL
  }
}
