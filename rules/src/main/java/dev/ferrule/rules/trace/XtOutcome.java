// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.trace;

import java.util.List;

/**
 * One way that a connection can go through chains of iptables.
 *
 * @param share how likely it is; those of all outcomes sum up to 1
 * @param path every rule that matched, in the order of the kernel
 */
public record XtOutcome(Share share, Fate fate, List<XtStep> path) {

  public XtOutcome {
    path = List.copyOf(path);
  }

  /** The same without the rules. */
  public Outcome outcome() {
    return new Outcome(share, fate, List.of());
  }
}
