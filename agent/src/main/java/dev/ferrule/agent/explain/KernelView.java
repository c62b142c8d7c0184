// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.explain;

import dev.ferrule.rules.trace.Outcome;
import java.util.List;

/**
 * What the rules in the kernel do with a connection now.
 *
 * @param agrees whether that is what the manifests ask for
 * @param outcomes what the kernel's rules do
 * @param differences what is different in the kernel as {@code plan} tells it, as far as it may
 *     matter to the connection
 */
public record KernelView(boolean agrees, List<Outcome> outcomes, List<String> differences) {

  public KernelView {
    outcomes = List.copyOf(outcomes);
    differences = List.copyOf(differences);
  }
}
