// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.compile;

import dev.ferrule.rules.model.ObjectName;
import java.util.List;

/**
 * What one Service asks of this node.
 *
 * @param created age of the Service, see {@link dev.ferrule.rules.model.Service#created}
 * @param frontends sorted by key, each key once
 * @param tracked ports whose connections are looked after once they are made
 * @param healthCheckNodePort port on which the node says whether it has endpoints; 0 for none
 * @param localEndpoints number of ready endpoints on this node, each address counted once
 * @param localGaps one for each port, family and policy; usually none
 */
public record CompiledService(
    ObjectName name,
    long created,
    List<Frontend> frontends,
    List<TrackedPort> tracked,
    int healthCheckNodePort,
    int localEndpoints,
    List<LocalGap> localGaps) {

  public CompiledService {
    frontends = List.copyOf(frontends);
    localGaps = List.copyOf(localGaps);
    tracked = List.copyOf(tracked);
  }
}
