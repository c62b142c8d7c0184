// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.explain;

import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.Service;
import java.util.List;

/**
 * A Service as the source has it, for the reasons: also one that nothing is done for.
 *
 * @param service with its addresses; one that is headless or an ExternalName has none
 * @param slices its EndpointSlices
 * @param foreign another proxy handles it (label {@code service.kubernetes.io/service-proxy-name})
 */
public record KnownService(Service service, List<EndpointSlice> slices, boolean foreign) {

  public KnownService {
    slices = List.copyOf(slices);
  }
}
