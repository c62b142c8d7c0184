// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.nftables;

import dev.ferrule.rules.compile.ForwardingTable;
import dev.ferrule.rules.compile.Frontend;
import dev.ferrule.rules.compile.FrontendKey;
import dev.ferrule.rules.model.IpFamily;
import org.jspecify.annotations.Nullable;

/** The way from the key of an element back to its frontend. */
public final class FrontendEntry {

  private static final int IPV4_BYTES = 12;

  private FrontendEntry() {}

  /** The frontend with the key; null if there is none. */
  public static @Nullable Frontend of(ForwardingTable forwarding, Bytes key) {
    IpFamily family = key.length() == IPV4_BYTES ? IpFamily.IPV4 : IpFamily.IPV6;
    FrontendKey frontend = Wire.parseFrontend(family, key);
    return frontend == null ? null : forwarding.get(frontend);
  }
}
