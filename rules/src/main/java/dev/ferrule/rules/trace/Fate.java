// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.trace;

import dev.ferrule.rules.compile.Backend;

/** How the way of a packet through the rules ends. */
public sealed interface Fate {

  /**
   * Sent on to an endpoint.
   *
   * @param masquerade whether the endpoint sees an address of this node instead of the client's
   */
  record Delivered(Backend backend, boolean masquerade) implements Fate {}

  /** Answered with an error. */
  record Rejected() implements Fate {}

  /** Swallowed. */
  record Dropped() implements Fate {}

  /** Left as it was. */
  record Passed() implements Fate {}

  /**
   * Nobody can tell from here.
   *
   * @param why what stands in the way, for the reader
   */
  record Unclear(String why) implements Fate {}
}
