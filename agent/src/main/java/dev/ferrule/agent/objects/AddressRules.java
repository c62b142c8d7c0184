// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.objects;

import dev.ferrule.rules.model.IpAddress;

/** Which addresses an API server accepts where traffic is sent to. */
final class AddressRules {

  private AddressRules() {}

  /** Endpoints and external addresses must be ones that packets can travel to. */
  static void requireReachable(Fields object, String field, IpAddress address) {
    String kind = null;
    if (address.isUnspecified()) {
      kind = "the unspecified address";
    } else if (address.isLoopback()) {
      kind = "a loopback address";
    } else if (address.isLinkLocal()) {
      kind = "a link-local address";
    } else if (address.isMulticast()) {
      kind = "a multicast address";
    }
    if (kind != null) {
      throw object.bad(field, address + " is " + kind + ", which cannot be used here");
    }
  }
}
