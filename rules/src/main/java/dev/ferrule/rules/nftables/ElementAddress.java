// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.nftables;

import dev.ferrule.rules.compile.Backend;
import dev.ferrule.rules.compile.FrontendKey;
import dev.ferrule.rules.model.IpAddress;
import dev.ferrule.rules.model.IpFamily;
import org.jspecify.annotations.Nullable;

/** Reads back from an element what it is about. */
public final class ElementAddress {

  private ElementAddress() {}

  /** The frontend that the element's key begins with; null if the set has other keys. */
  public static @Nullable FrontendKey frontend(
      IpFamily family, SetDeclaration set, Element element) {
    boolean keyed =
        set.key().size() >= 3
            && set.key().get(0) == DataType.address(family)
            && set.key().get(1) == DataType.INET_PROTO
            && set.key().get(2) == DataType.INET_SERVICE;
    return keyed ? Wire.parseFrontend(family, element.key().first()) : null;
  }

  /** The endpoint that the element leads to; null if it leads elsewhere. */
  public static @Nullable Backend backend(IpFamily family, Element element) {
    return element.value() instanceof ElementValue.Data data
        ? Wire.parseBackend(family, data.bytes())
        : null;
  }

  /** The address that an element of a set of ClusterIPs or endpoints is about; else null. */
  public static @Nullable IpAddress shared(IpFamily family, SetDeclaration set, Element element) {
    return switch (set.name()) {
      case Layout.HAIRPIN, Layout.CLUSTER_IPS ->
          IpAddress.ofBytes(element.key().first().slice(0, family.addressBytes()));
      default -> null;
    };
  }
}
