// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.objects;

import dev.ferrule.rules.model.EndpointSlice;
import dev.ferrule.rules.model.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * An EndpointSlice.
 *
 * @param slice null if a service proxy does not look at it: no Service, headless, another proxy's,
 *     or names instead of addresses
 */
public record SliceManifest(ObjectName name, long created, @Nullable EndpointSlice slice)
    implements Manifest {

  @Override
  public Kind kind() {
    return Kind.ENDPOINT_SLICE;
  }
}
