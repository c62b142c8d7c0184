// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.objects;

import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.ObjectName;
import java.util.List;

/** A ServiceCIDR, whether it is being deleted or not. */
public record ServiceCidrManifest(ObjectName name, long created, List<Cidr> ranges)
    implements Manifest {

  public ServiceCidrManifest {
    ranges = List.copyOf(ranges);
  }

  @Override
  public Kind kind() {
    return Kind.SERVICE_CIDR;
  }
}
