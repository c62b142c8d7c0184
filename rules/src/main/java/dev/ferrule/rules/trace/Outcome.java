// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.rules.trace;

import java.util.List;

/**
 * One way that a connection can go.
 *
 * @param share how likely it is; those of all outcomes sum up to 1
 * @param path every rule that matched, in the order of the kernel
 */
public record Outcome(Share share, Fate fate, List<Step> path) {

  public Outcome {
    path = List.copyOf(path);
  }
}
