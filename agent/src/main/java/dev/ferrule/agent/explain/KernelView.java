// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
package dev.ferrule.agent.explain;

import dev.ferrule.rules.trace.TracedRules;
import java.util.List;

/**
 * What the rules in the kernel do with a connection now.
 *
 * @param agrees whether that is what the manifests ask for
 * @param rules what the kernel's rules do; no outcome if there are none of ours
 * @param differences what is different in the kernel as {@code plan} tells it, as far as it may
 *     matter to the connection
 */
public record KernelView(boolean agrees, TracedRules rules, List<String> differences) {

  public KernelView {
    differences = List.copyOf(differences);
  }
}
