// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.trace;

import java.util.Locale;

/** What becomes of a connection. */
public enum Verdict {
  /** An endpoint gets it. */
  DNAT,
  /** The client is told at once that nobody is there. */
  REJECT,
  /** It is swallowed; the client waits until it gives up. */
  DROP,
  /** Nothing of ours touches it; it goes where the routes say. */
  PASS;

  /** In lower case, e.g. {@code dnat}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
