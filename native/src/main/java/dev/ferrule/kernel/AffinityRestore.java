// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.kernel;

import dev.ferrule.rules.model.IpFamily;
import dev.ferrule.rules.nftables.RememberedClient;
import dev.ferrule.rules.nftables.SetDeclaration;
import java.util.List;

/**
 * Clients to put back into a dynamic map, so that they keep their endpoint when the table is
 * replaced.
 */
public record AffinityRestore(IpFamily family, SetDeclaration map, List<RememberedClient> clients) {

  public AffinityRestore {
    clients = List.copyOf(clients);
  }
}
