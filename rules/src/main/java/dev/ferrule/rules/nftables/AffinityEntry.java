// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.nftables;

import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.compile.FrontendKey;
import dev.ferrule.rules.model.Cidr;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;

/** One entry of {@link Layout#AFFINITY}: a client that went to a backend of a frontend. */
public record AffinityEntry(FrontendKey frontend, IpAddress client, Backend backend) {

  /**
   * Reads the entry's bytes.
   *
   * @throws IllegalArgumentException if they are not such an entry
   */
  public static AffinityEntry parse(IpFamily family, Bytes key, Bytes data) {
    int address = family.addressBytes();
    FrontendKey frontend = key.length() == 2 * address + 8 ? Wire.parseFrontend(family, key) : null;
    if (frontend == null || data.length() < address + 2) {
      throw new IllegalArgumentException("not an affinity entry: " + key + " : " + data);
    }
    return new AffinityEntry(
        frontend,
        IpAddress.ofBytes(key.slice(address + 8, address)),
        Wire.parseBackend(family, data));
  }

  /**
   * The entry as the kernel gets it.
   *
   * @param timeoutMillis how long it lives after the client's last connection
   * @param remainingMillis how long it still lives, at most as long
   */
  public RememberedClient remembered(long timeoutMillis, long remainingMillis) {
    return new RememberedClient(
        Wire.source(frontend, Cidr.of(client)).first(),
        Wire.backend(backend),
        timeoutMillis,
        remainingMillis);
  }
}
