// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.objects;

import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.ObjectName;
import java.util.List;

/** An Endpoints object, already in the form of EndpointSlices. */
public record EndpointsManifest(ObjectName name, long created, List<EndpointSlice> slices)
    implements Manifest {

  public EndpointsManifest {
    slices = List.copyOf(slices);
  }

  @Override
  public Kind kind() {
    return Kind.ENDPOINTS;
  }
}
