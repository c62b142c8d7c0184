// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.iptables;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Names of our chains. Those that depend on Services are a hash of what they are for. */
final class ChainNames {

  static final String SERVICES = XtChain.PREFIX + "SERVICES";
  static final String POSTROUTING = XtChain.PREFIX + "POSTROUTING";
  static final String REFUSED = XtChain.PREFIX + "REFUSED";
  static final String KEPT = XtChain.PREFIX + "KEPT";
  static final String REJECT = XtChain.PREFIX + "REJECT";
  static final String FORWARD = XtChain.PREFIX + "FORWARD";
  static final String MARTIANS = XtChain.PREFIX + "MARTIANS";

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private ChainNames() {}

  /**
   * {@code FERRULE-KIND-HASH16}. Two of 330,000 names (30,000 Services with 10 endpoints) are the
   * same with a chance of about 1 in 300 million: taken for never.
   *
   * @param kind at most 3 characters
   */
  static String hashed(String kind, String what) {
    return XtChain.PREFIX + kind + "-" + HexFormat.of().toHexDigits(hash(what));
  }

  /** FNV-1a with 64 bits. */
  private static long hash(String text) {
    long hash = FNV_OFFSET;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    return hash;
  }
}
