// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.nftables;

import java.util.Locale;
import java.util.Set;

/**
 * Which maps count the connections that find something in them. The kernel counts a packet when a
 * lookup finds an element ({@code nft_lookup_eval}; since Linux 5.7), and the chains that look
 * these maps up see the first packet of a connection alone. A counter takes 16 bytes for each
 * processor and element, which is why it is a choice.
 */
public enum Counting {
  /** None. */
  OFF,

  /** Those of frontends: connections per Service. */
  SERVICES,

  /** Those of slots too: connections per endpoint. */
  ENDPOINTS;

  /** As in the settings, e.g. {@code services}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The maps whose elements have counters. */
  public Set<String> sets() {
    return switch (this) {
      case OFF -> Set.of();
      case SERVICES -> Set.of(Layout.SERVICES, Layout.EXTERNAL_LOCAL);
      case ENDPOINTS ->
          Set.of(Layout.SERVICES, Layout.EXTERNAL_LOCAL, Layout.ENDPOINTS, Layout.LOCAL_ENDPOINTS);
    };
  }

  SetDeclaration of(SetDeclaration declaration) {
    return sets().contains(declaration.name())
        ? declaration.with(SetDeclaration.Flag.COUNTED)
        : declaration;
  }
}
